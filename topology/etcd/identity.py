"""Who a console is to etcd: the common name of its certificate."""

from cryptography import x509
from cryptography.x509.oid import NameOID

from topology.etcd.credentials import read_certificates
from topology.etcd.errors import EtcdError


def common_name(path: str) -> str:
    """Give the common name in the certificate at *path*, which is the user that etcd takes its holder for.

    Raises:
        EtcdError: it cannot be read, or has none.
    """
    certificate = x509.load_pem_x509_certificate(read_certificates(path))
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if not names:
        raise EtcdError(f"{path}: names nobody: it has no common name, by which etcd knows its users")
    return str(names[0].value)
