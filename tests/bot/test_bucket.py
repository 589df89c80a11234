"""Blobs in a bucket of a real S3 server (moto's, on loopback), signed the way botocore signs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import ThreadedMotoServer

from bot.app import assembled
from bot.config import SettingError, Settings
from bot.files.bucket import BucketStore
from bot.files.sigv4 import Access, signed
from bot.ports import SystemClock
from storage.errors import NotFoundError, UnavailableError
from storage.records import StoredFile
from tests.house import ROOT, FakeClock
from tests.photos import jpeg, paper

ACCESS = Access("AKIATEST", "a secret key", "ap-southeast-1")


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1"
    )
    client.create_bucket(Bucket="ca-mau")
    yield address
    server.stop()


@pytest.fixture
async def store(endpoint: str) -> AsyncIterator[BucketStore]:
    store = BucketStore(endpoint, "ca-mau", ACCESS, SystemClock(), prefix="tep/")
    yield store
    await store.close()


def test_a_request_is_signed_as_botocore_signs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    content, query = b"ciphertext", {"list-type": "2", "prefix": "tep/", "continuation-token": "a b+c/="}
    ours = signed("GET", "kho.camau.gov.vn:9000", "/ca-mau/tep/ab", query, content, ACCESS, at)
    request = AWSRequest(
        "GET",
        "https://kho.camau.gov.vn:9000/ca-mau/tep/ab",
        params=query,
        data=content,
        headers={"x-amz-date": "20261123T020000Z", "x-amz-content-sha256": ours["x-amz-content-sha256"]},
    )
    request.context = {"timestamp": "20261123T020000Z"}
    theirs = S3SigV4Auth(Credentials(ACCESS.key_id, ACCESS.secret), "s3", ACCESS.region)
    wanted = theirs.string_to_sign(request, theirs.canonical_request(request))
    assert ours["authorization"].endswith(f"Signature={theirs.signature(wanted, request)}")


async def test_what_is_put_is_there_until_it_is_removed(store: BucketStore) -> None:
    assert not await store.has("ab")
    await store.put("ab", b"one")
    await store.put("cd", bytes(3_000_000))
    assert await store.has("ab")
    assert await store.get("ab") == b"one"
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert sorted([name async for name in store.names(later)]) == ["ab", "cd"]
    assert [name async for name in store.names(later - timedelta(hours=1))] == []
    await store.remove("ab")
    await store.remove("ab")
    with pytest.raises(NotFoundError):
        await store.get("ab")


async def test_a_store_that_is_away_or_refuses_says_so(endpoint: str) -> None:
    gone = BucketStore("http://127.0.0.1:9", "ca-mau", ACCESS, SystemClock())
    wrong = BucketStore(endpoint, "another", ACCESS, SystemClock())
    refusing = BucketStore(
        "http://s3.test",
        "ca-mau",
        ACCESS,
        SystemClock(),
        transport=httpx.MockTransport(lambda request: httpx.Response(403)),
    )
    for store in (gone, wrong, refusing):
        with pytest.raises(UnavailableError):
            await store.put("ab", b"x")
        await store.close()


async def test_photos_lie_sealed_in_the_bucket(endpoint: str, sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_url,
        catalog=ROOT / "procedures_catalog.yaml",
        files_bucket="ca-mau/anh",
        bucket_endpoint=endpoint,
        bucket_key_id="x",
        bucket_secret="x",
    )
    async with assembled(settings, clock=FakeClock(datetime.now(UTC))) as parts:
        stored = await parts.uploads.accept(jpeg(paper(size=(700, 900))), name="a.jpg")
        assert isinstance(stored, StoredFile)
        client = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id="x", aws_secret_access_key="x")
        listed = await asyncio.to_thread(client.list_objects_v2, Bucket="ca-mau")
        assert f"anh/{stored.digest}" in {each["Key"] for each in listed["Contents"]}
        raw = await asyncio.to_thread(client.get_object, Bucket="ca-mau", Key=f"anh/{stored.digest}")
        assert raw["Body"].read(4) == b"MCF1"
        assert (await parts.uploads.read(stored)).startswith(b"\xff\xd8")
    with pytest.raises(SettingError, match="MOTCUA_BUCKET_ENDPOINT"):
        async with assembled(settings.model_copy(update={"bucket_endpoint": None})):
            pass
