"""Manifest files in, a region file out: whole or not at all, with every problem named."""

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import console.terminal.progress_line
from console.terminal.imports.driver import import_files
from tests.folders import DATA, ROOT
from topology.records import files
from topology.region.description import read_region

SHOP = DATA / "online-boutique" / "kubernetes-manifests.yaml"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: {replicas}
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Run:
    """One run of the command, with what it said."""

    def __init__(self, *paths: Path, out: Path | None = None, stderr: io.StringIO | None = None) -> None:
        stdout, stderr = io.StringIO(), stderr or io.StringIO()
        self.code = import_files("kubernetes", list(paths), out, stdout, stderr)
        self.stdout, self.stderr = stdout.getvalue(), stderr.getvalue()


def web(path: Path, name: str = "web", replicas: object = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WEB.format(name=name, replicas=replicas))
    return path


def test_that_the_shop_becomes_a_region_file(tmp_path: Path) -> None:
    out = tmp_path / "shop.toml"
    run = Run(SHOP, out=out)
    assert run.code == 0
    region = read_region(out.read_text(), "shop.toml")
    assert (len(region.subsystems), len(region.dependencies), len(region.roster)) == (12, 16, 12)
    assert run.stdout == (
        f"Wrote {out}: 12 subsystems with 12 servers, 16 dependencies; 12 without a budget, from which removals "
        'are refused until one states a floor (or import again with --floor, such as --floor "90%").\n'
    )
    assert (
        "kubernetes-manifests.yaml, line 21 (document 1): Deployment frontend addresses shoppingassistantservice:80"
        in run.stderr
    )
    assert str(SHOP.parent) not in out.read_text()


def test_that_without_a_file_the_description_goes_to_standard_output() -> None:
    run = Run(SHOP)
    assert run.code == 0
    assert len(read_region(run.stdout, "stdin").subsystems) == 12
    assert "Without a budget:" in run.stderr


def test_that_the_same_input_gives_the_same_bytes() -> None:
    assert Run(SHOP).stdout == Run(SHOP).stdout


def test_that_folders_are_read_in_order_with_the_folders_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web(tmp_path / "shop" / "b.yml", "b")
    web(tmp_path / "shop" / "deep" / "c.YAML", "c")
    (tmp_path / "shop" / "a.json").write_text(
        '{"apiVersion": "apps/v1", "kind": "Deployment",\t"metadata": {"name": "a"}, "spec": {}}'
    )
    (tmp_path / "shop" / "readme.md").write_text("[")
    web(tmp_path / "shop" / ".git" / "x.yaml", "hidden")
    monkeypatch.chdir(tmp_path)
    run = Run(Path("shop"), Path("shop/b.yml"))
    assert {one.name for one in read_region(run.stdout, "x").subsystems} == {"a", "b", "c"}
    assert "shop/a.json (1), shop/b.yml (1), shop/deep/c.YAML (1)" in run.stdout
    assert Run(tmp_path / "shop").stdout == run.stdout


def test_that_files_of_one_folder_protect_each_other(tmp_path: Path) -> None:
    path = web(tmp_path / "web.yaml", replicas=10)
    path.write_text(path.read_text() + "  template: {metadata: {labels: {app: web}}}\n")
    (tmp_path / "guard.yaml").write_text(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: g}\n"
        "spec: {maxUnavailable: 25%, selector: {matchLabels: {app: web}}}\n"
    )
    floor = read_region(Run(tmp_path).stdout, "x").subsystem("web").floor
    assert floor is not None
    assert str(floor) == "7"


def test_that_a_stream_of_json_objects_is_read(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    objects = [{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {}} for name in "ab"]
    path.write_text("\ufeff" + "\n".join(json.dumps(one, indent=1) for one in objects) + "\n")
    run = Run(path)
    assert (run.code, len(read_region(run.stdout, "x").subsystems)) == (0, 2)
    path.write_text(json.dumps(objects[0]) + "\n{")
    assert f"{path}, line 2: is not JSON" in Run(path).stderr


def test_that_a_single_sign_of_equality_is_text(tmp_path: Path) -> None:
    path = web(tmp_path / "a.yaml")
    path.write_text(
        path.read_text() + "---\napiVersion: x/v1\nkind: Custom\nmetadata: {name: c}\nenum: ['!=', =, =~]\n"
    )
    assert Run(path).code == 0


def test_that_joined_files_with_marks_of_utf_8_are_read(tmp_path: Path) -> None:
    path = web(tmp_path / "a.yaml")
    text = path.read_text()
    other = text.replace("web", "other")
    path.write_bytes(f"\ufeff{text}\n---\n\ufeff{other}".encode())
    run = Run(path)
    assert (run.code, len(read_region(run.stdout, "x").subsystems)) == (0, 2)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("compose.yaml", "services:\n  web: {}\n", "This looks like a Compose file"),
        ("kustomization.yaml", "kind: Kustomization\nresources: []\n", "render it first: kubectl kustomize"),
        ("traces.json", '{"resourceSpans": []}', "use underkeel import otlp"),
        ("asg.json", '{"AutoScalingGroups": []}', "use underkeel import autoscaling"),
        ("osd.json", '{"nodes": [{"id": -1, "crush_weight": 1}]}', "a tree of Ceph's OSDs"),
        ("plan.json", '{"format_version": "1.0", "terraform_version": "1.9"}', "what terraform show -json writes"),
        ("catalog.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\n", "a catalogue of Backstage"),
    ],
)
def test_that_a_file_of_another_kind_is_told_what_it_is(name: str, text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    stderr = io.StringIO()
    assert import_files("graph", [path], None, io.StringIO(), stderr) == 2
    assert said in stderr.getvalue()
    assert len(stderr.getvalue()) < 1_500


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a]\n", "kubectl kustomize"),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n", "helm template"),
    ],
)
def test_that_yaml_that_has_to_be_rendered_first_is_told_so_by_the_importer_of_manifests(
    text: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    run = Run(path)
    assert run.code == 2
    assert said in run.stderr


class TestProblems:
    def test_that_merges_that_multiply_are_refused_and_not_carried_out(self, tmp_path: Path) -> None:
        """Older readers would make ten thousand million entries of these; newer ones make one of each name."""
        bad, out = tmp_path / "bad.yaml", tmp_path / "out.toml"
        merges = (f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 12))
        bad.write_text("a0: &a0 {k: v}\n" + "".join(merges))
        run = Run(bad, web(tmp_path / "good.yaml", replicas="many"), out=out)
        assert run.code == 2
        assert "bad.yaml" in run.stderr
        assert "merges more than 1,000,000 entries" in run.stderr or "kind is missing" in run.stderr
        assert not out.exists()

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            (b"kind: [\n", "line 2: is not YAML that can be read"),
            (b"a: 1\nb: {{ .Values.b }}\n", "line 2: is not YAML that can be read"),
            (b"a: 1\n\xff\xfe\n", "is not text"),
            (b"a: 1\n\x00\n", "is not text"),
            (b"a: !Ref b\n", "line 1: is not YAML that can be read"),
            (b"a: *b\n", "line 1: is not YAML that can be read"),
            (b"? [a]\n: b\n", "line 1: is not YAML that can be read"),
            (b"a: 0x_\n", "holds a value that cannot be read"),
            (b"a: " + b"9" * 5000 + b"\n", "holds a value that cannot be read"),
            (b"[" * 1_000_000, "is nested too deeply"),
            (b"".join(b" " * depth + b"a:\n" for depth in range(1200)), "is nested too deeply"),
            (b"a: &a\n  <<: *a\n", "is nested too deeply"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_that_unreadable_yaml_is_named_with_its_line_and_nothing_is_written(
        self, content: bytes, what: str, tmp_path: Path
    ) -> None:
        bad, out = tmp_path / "bad.yaml", tmp_path / "out.toml"
        bad.write_bytes(content)
        run = Run(bad, web(tmp_path / "good.yaml", replicas="many"), out=out)
        assert run.code == 2
        assert f"{bad}" in run.stderr
        assert what in run.stderr
        assert "Nothing was written." in run.stderr
        assert run.stdout == ""
        assert not out.exists()

    def test_that_the_other_files_are_still_read_and_listed(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text("a: [\n")
        (tmp_path / "b.yaml").write_text("}\n")
        web(tmp_path / "c.yaml", "bad", "many")
        web(tmp_path / "d.yaml")
        run = Run(tmp_path)
        assert run.code == 2
        for part in ("a.yaml, line 2", "b.yaml, line 1", "Deployment bad: spec.replicas is 'many'"):
            assert part in run.stderr

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            ('{"a": 1,\n', "line 2: is not JSON"),
            ("[" * 100_000, "nested too deeply"),
            ('{"a": ' + "9" * 5000 + "}", "value"),
        ],
    )
    def test_that_unreadable_json_is_named(self, content: str, what: str, tmp_path: Path) -> None:
        bad = tmp_path / "bad.json"
        bad.write_text(content)
        run = Run(bad)
        assert (run.code, what in run.stderr) == (2, True)

    @pytest.mark.parametrize("ending", ["yaml", "json"])
    def test_that_a_key_stated_twice_is_named_and_its_workload_left_out(self, ending: str, tmp_path: Path) -> None:
        yaml = WEB.format(name="twice", replicas=3) + "  replicas: 30\n"
        json = '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "twice"}, "spec": '
        json += '{"replicas": 3, "replicas": 30}}'
        bad = tmp_path / f"bad.{ending}"
        bad.write_text(yaml if ending == "yaml" else json)
        run = Run(bad, web(tmp_path / "good.yaml"))
        assert run.code == 0
        assert {one.name for one in read_region(run.stdout, "x").subsystems} == {"web"}
        assert f"bad.{ending}, line 1 (document 1): Deployment twice" in run.stderr
        assert "'replicas'" in run.stderr

    def test_that_merged_keys_are_not_taken_for_keys_stated_twice(self, tmp_path: Path) -> None:
        path = tmp_path / "merge.yaml"
        path.write_text(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
            "base: &base {replicas: 3}\nspec: {<<: *base, replicas: 5}\n"
        )
        run = Run(path)
        assert len(read_region(run.stdout, "x").roster) == 5
        assert "again" not in run.stderr

    def test_that_times_of_the_day_and_dates_are_text_as_in_kubernetes(self, tmp_path: Path) -> None:
        path = web(tmp_path / "a.yaml")
        path.write_text(path.read_text() + "  template: {metadata: {labels: {at: 12:30, day: 2017-02-30}}}\n")
        assert Run(path).code == 0

    def test_that_a_missing_path_is_named(self, tmp_path: Path) -> None:
        run = Run(tmp_path / "gone.yaml", web(tmp_path / "web.yaml"), out=tmp_path / "out.toml")
        assert run.code == 2
        assert f"{tmp_path / 'gone.yaml'}: there is no such file or folder." in run.stderr
        assert not (tmp_path / "out.toml").exists()

    def test_that_a_folder_without_manifests_is_named(self, tmp_path: Path) -> None:
        assert "holds no file that ends in .yaml, .yml, .json" in Run(tmp_path).stderr

    def test_that_files_without_a_workload_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "values.yaml"
        path.write_text("replicas: 3\n")
        run = Run(path)
        assert run.code == 2
        assert "There is no Deployment, StatefulSet or ReplicaSet" in run.stderr
        assert "kind is missing" in run.stderr

    def test_that_what_could_not_be_understood_is_counted_and_every_note_is_listed(self, tmp_path: Path) -> None:
        path = tmp_path / "odd.yaml"
        path.write_text("replicas: 3\n---\n- 1\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: 3\n")
        run = Run(path)
        assert run.code == 2
        assert "to import. Of what was read, 3 could not be understood.\n" in run.stderr
        assert sum(line.startswith("  ") for line in run.stderr.splitlines()) == 3

    def test_that_no_path_is_an_error(self) -> None:
        assert Run().code == 2

    def test_that_what_is_not_a_regular_file_is_not_read(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe.yaml"
        os.mkfifo(pipe)
        run = Run(pipe)
        assert (run.code, "is not a regular file" in run.stderr) == (2, True)

    def test_that_a_file_that_is_too_large_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from console.terminal.imports import manifest_files

        monkeypatch.setattr(manifest_files, "LARGEST_FILE", 100)
        path = web(tmp_path / "web.yaml")
        path.write_text(path.read_text() + "#" * 100)
        assert "is larger than 100 bytes; split it" in Run(path).stderr

    def test_that_names_of_files_cannot_steer_the_terminal(self, tmp_path: Path) -> None:
        run = Run(tmp_path / "\x1b[31m\u202e.yaml")
        assert "\x1b" not in run.stderr
        assert "\u202e" not in run.stderr


class TestWriting:
    def test_that_an_untouched_import_is_replaced_and_keeps_its_mode(self, tmp_path: Path) -> None:
        out = tmp_path / "out.toml"
        assert Run(web(tmp_path / "in" / "web.yaml"), out=out).code == 0
        out.chmod(0o640)
        assert Run(SHOP, out=out).code == 0
        assert len(read_region(out.read_text(), "out.toml").subsystems) == 12
        assert stat.S_IMODE(out.stat().st_mode) == 0o640
        assert sorted(tmp_path.iterdir()) == [tmp_path / "in", out]

    @pytest.mark.parametrize("change", ["another", "an added floor", "a lost line", "nothing"])
    def test_that_what_an_import_did_not_write_is_not_written_over(self, change: str, tmp_path: Path) -> None:
        out = tmp_path / "out.toml"
        assert Run(SHOP, out=out).code == 0
        made = out.read_text()
        first, _, rest = made.partition("\n")
        kept = {"another": "mine", "an added floor": made + "# floor\n", "a lost line": rest, "nothing": first}[change]
        out.write_text(kept)
        run = Run(SHOP, out=out)
        assert (run.code, out.read_text(), list(tmp_path.iterdir())) == (2, kept, [out])
        assert f"{out}: is there already and not as an import wrote it; name another file, or remove it." in run.stderr

    def test_that_a_link_is_not_followed(self, tmp_path: Path) -> None:
        real, link = tmp_path / "real.toml", tmp_path / "link.toml"
        link.symlink_to(real)
        run = Run(SHOP, out=link)
        assert (run.code, link.is_symlink(), real.exists()) == (2, True, False)
        assert f"{link}: is a link, which is not followed; name the file itself." in run.stderr

    def test_that_a_manifest_is_never_written_over(self, tmp_path: Path) -> None:
        path = web(tmp_path / "web.yaml")
        before = path.read_text()
        run = Run(tmp_path, out=path)
        assert (run.code, path.read_text()) == (2, before)
        assert "is to be imported" in run.stderr

    @pytest.mark.parametrize("where", ["missing/out.toml", "folder", "pipe"])
    def test_that_a_place_that_cannot_be_written_is_named(self, where: str, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        os.mkfifo(tmp_path / "pipe")
        run = Run(SHOP, out=tmp_path / where)
        assert run.code == 2
        assert str(tmp_path / where) in run.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]

    def test_that_a_failed_write_leaves_no_half_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        out = tmp_path / "out.toml"
        assert Run(SHOP, out=out).code == 0
        old = out.read_text()

        def fail(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(files.os, "fsync", fail)
        run = Run(web(tmp_path / "in" / "web.yaml"), out=out)
        assert (run.code, out.read_text(), sorted(tmp_path.iterdir())) == (2, old, [tmp_path / "in", out])
        assert "cannot be written: No space left on device." in run.stderr

    def test_that_an_interrupt_leaves_no_half_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        out = tmp_path / "out.toml"

        def interrupt(descriptor: int) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(files.os, "fsync", interrupt)
        run = Run(SHOP, out=out)
        assert (run.code, list(tmp_path.iterdir())) == (130, [])
        assert run.stderr.endswith("Interrupted: nothing was written.\n")

    def test_that_signs_a_stream_cannot_write_are_escaped(self, tmp_path: Path) -> None:
        path = web(tmp_path / "läden.yaml")
        raw = io.BytesIO()
        stdout = io.TextIOWrapper(raw, encoding="ascii")
        assert import_files("kubernetes", [path], None, stdout, io.StringIO()) == 0
        stdout.flush()
        assert b"l\\xe4den.yaml (1)" in raw.getvalue()


class TestProgress:
    def test_that_a_terminal_shows_how_far_it_is_once_it_takes_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(console.terminal.progress_line, "FIRST_S", 0.0)
        monkeypatch.setattr(console.terminal.progress_line, "EVERY_S", 0.0)
        run = Run(SHOP, stderr=Terminal())
        assert "\r\x1b[KRead 35 documents, file 1 of 1 …" in run.stderr
        assert "…\r\x1b[KWithout a budget:" in run.stderr  # taken away before anything else is said

    def test_that_quick_work_and_files_show_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "documents, file" not in Run(SHOP, stderr=Terminal()).stderr
        monkeypatch.setattr(console.terminal.progress_line, "FIRST_S", 0.0)
        assert "documents, file" not in Run(SHOP).stderr


def test_that_yaml_is_imported_only_when_a_manifest_is_read() -> None:
    program = "import sys, console.terminal.imports.driver; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
