"""The messages of etcd's protocol (version 3) that this program sends and reads, as classes of the protobuf library.

Only the fields that are used stand here, by the names and numbers that etcd's protocol gives them. They are put into a pool of
their own, so that another client of etcd in the same process, with messages of the same names, is no matter.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE = "etcdserverpb"
_MESSAGES = {
    "ResponseHeader": "cluster_id=1:uint64 member_id=2:uint64 revision=3:int64 raft_term=4:uint64",
    "KeyValue": "key=1:bytes create_revision=2:int64 mod_revision=3:int64 version=4:int64 value=5:bytes lease=6:int64",
    "RangeRequest": "key=1:bytes range_end=2:bytes limit=3:int64 revision=4:int64 sort_order=5:int32 sort_target=6:int32"
    " serializable=7:bool keys_only=8:bool count_only=9:bool min_mod_revision=10:int64",
    "RangeResponse": "header=1:ResponseHeader kvs=2:KeyValue* more=3:bool count=4:int64",
    "PutRequest": "key=1:bytes value=2:bytes lease=3:int64",
    "PutResponse": "header=1:ResponseHeader",
    "DeleteRangeRequest": "key=1:bytes range_end=2:bytes",
    "DeleteRangeResponse": "header=1:ResponseHeader deleted=2:int64",
    "RequestOp": "request_range=1:RangeRequest request_put=2:PutRequest request_delete_range=3:DeleteRangeRequest"
    " request_txn=4:TxnRequest",
    "ResponseOp": "response_range=1:RangeResponse response_put=2:PutResponse response_delete_range=3:DeleteRangeResponse"
    " response_txn=4:TxnResponse",
    "Compare": "result=1:int32 target=2:int32 key=3:bytes version=4:int64 create_revision=5:int64 mod_revision=6:int64"
    " value=7:bytes lease=8:int64 range_end=64:bytes",
    "TxnRequest": "compare=1:Compare* success=2:RequestOp* failure=3:RequestOp*",
    "TxnResponse": "header=1:ResponseHeader succeeded=2:bool responses=3:ResponseOp*",
    "CompactionRequest": "revision=1:int64 physical=2:bool",
    "CompactionResponse": "header=1:ResponseHeader",
    "WatchCreateRequest": "key=1:bytes range_end=2:bytes start_revision=3:int64 progress_notify=4:bool prev_kv=6:bool",
    "WatchProgressRequest": "",
    "WatchRequest": "create_request=1:WatchCreateRequest progress_request=3:WatchProgressRequest",
    "Event": "type=1:int32 kv=2:KeyValue prev_kv=3:KeyValue",
    "WatchResponse": "header=1:ResponseHeader watch_id=2:int64 created=3:bool canceled=4:bool compact_revision=5:int64"
    " cancel_reason=6:string events=11:Event*",
    "LeaseGrantRequest": "TTL=1:int64 ID=2:int64",
    "LeaseGrantResponse": "header=1:ResponseHeader ID=2:int64 TTL=3:int64 error=4:string",
    "LeaseRevokeRequest": "ID=1:int64",
    "LeaseRevokeResponse": "header=1:ResponseHeader",
    "LeaseKeepAliveRequest": "ID=1:int64",
    "LeaseKeepAliveResponse": "header=1:ResponseHeader ID=2:int64 TTL=3:int64",
    "LeaseTimeToLiveRequest": "ID=1:int64 keys=2:bool",
    "LeaseTimeToLiveResponse": "header=1:ResponseHeader ID=2:int64 TTL=3:int64 grantedTTL=4:int64 keys=5:bytes*",
    "AuthenticateRequest": "name=1:string password=2:string",
    "AuthenticateResponse": "header=1:ResponseHeader token=2:string",
    "AuthStatusRequest": "",
    "AuthStatusResponse": "header=1:ResponseHeader enabled=2:bool authRevision=3:uint64",
    "AuthUserGetRequest": "name=1:string",
    "AuthUserGetResponse": "header=1:ResponseHeader roles=2:string*",
    "AuthRoleGetRequest": "role=1:string",
    "Permission": "permType=1:int32 key=2:bytes range_end=3:bytes",
    "AuthRoleGetResponse": "header=1:ResponseHeader perm=2:Permission*",
}
_METHODS = {
    "Range": ("KV", "RangeRequest", "RangeResponse"),
    "Txn": ("KV", "TxnRequest", "TxnResponse"),
    "Compact": ("KV", "CompactionRequest", "CompactionResponse"),
    "Watch": ("Watch", "WatchRequest", "WatchResponse"),
    "LeaseGrant": ("Lease", "LeaseGrantRequest", "LeaseGrantResponse"),
    "LeaseRevoke": ("Lease", "LeaseRevokeRequest", "LeaseRevokeResponse"),
    "LeaseKeepAlive": ("Lease", "LeaseKeepAliveRequest", "LeaseKeepAliveResponse"),
    "LeaseTimeToLive": ("Lease", "LeaseTimeToLiveRequest", "LeaseTimeToLiveResponse"),
    "Authenticate": ("Auth", "AuthenticateRequest", "AuthenticateResponse"),
    "AuthStatus": ("Auth", "AuthStatusRequest", "AuthStatusResponse"),
    "UserGet": ("Auth", "AuthUserGetRequest", "AuthUserGetResponse"),
    "RoleGet": ("Auth", "AuthRoleGetRequest", "AuthRoleGetResponse"),
}
STREAMS = ("Watch", "LeaseKeepAlive")
"""Methods in which both sides send one message after another."""
_FIELD = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "uint64": _FIELD.TYPE_UINT64,
    "int64": _FIELD.TYPE_INT64,
    "int32": _FIELD.TYPE_INT32,
    "bool": _FIELD.TYPE_BOOL,
    "bytes": _FIELD.TYPE_BYTES,
    "string": _FIELD.TYPE_STRING,
}


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="underkeel/etcd.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for text in fields.split():
            called, _, rest = text.partition("=")
            number, _, kind = rest.partition(":")
            many = kind.endswith("*")
            field = message.field.add(name=called, number=int(number))
            field.label = _FIELD.LABEL_REPEATED if many else _FIELD.LABEL_OPTIONAL
            kind = kind.removesuffix("*")
            field.type = _TYPES.get(kind, _FIELD.TYPE_MESSAGE)
            if kind not in _TYPES:
                field.type_name = f".{_PACKAGE}.{kind}"
    return file


_POOL = descriptor_pool.DescriptorPool()
_POOL.AddSerializedFile(_file().SerializeToString())
_CLASSES: dict[str, Any] = {
    name: message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in _MESSAGES
}


def message(name: str, /, **fields: Any) -> Any:
    """Make a message by its name in etcd's protocol."""
    return _CLASSES[name](**fields)


def method_of(name: str) -> tuple[str, Any, Any]:
    """Give a method's path, and the classes of what is sent and of what is answered."""
    service, request, response = _METHODS[name]
    return f"/{_PACKAGE}.{service}/{name}", _CLASSES[request], _CLASSES[response]
