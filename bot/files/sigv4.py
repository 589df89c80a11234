"""Signing a request to an S3-compatible store (AWS Signature Version 4, the header form). Pure.

Source: "Create a signed AWS API request", IAM user guide; a test compares it with botocore's signer.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Access:
    key_id: str
    secret: str = field(repr=False)
    region: str = "us-east-1"


def signed(
    method: str, host: str, path: str, query: Mapping[str, str], content: bytes, access: Access, at: datetime
) -> dict[str, str]:
    """The headers to send. `path` is encoded already; `query` is not."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(content).hexdigest()
    headers = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join((method, path, query_of(query), lines, names, digest))
    scope = f"{stamp[:8]}/{access.region}/s3/aws4_request"
    wanted = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.new(_key(access, stamp[:8]), wanted.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={access.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": f"{_ALGORITHM} {credential}"}


def query_of(query: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in sorted(query))


def _key(access: Access, date: str) -> bytes:
    key = f"AWS4{access.secret}".encode()
    for part in (date, access.region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
