"""Which store the settings mean, put together."""

from bot.config import SettingError, Settings
from bot.files.folder import FolderStore
from bot.files.sealing import Seal
from bot.files.sigv4 import Access
from bot.files.uploads import Uploads
from bot.files.vault import Vault
from bot.ports import Clock, FileStore
from storage.database import Database


def open_uploads(settings: Settings, secret: bytes, database: Database, clock: Clock) -> Uploads:
    """Raises SettingError."""
    key = settings.files_key.get_secret_value().encode() if settings.files_key else secret
    vault = Vault(_store(settings, clock), Seal(key))
    return Uploads(database, vault, clock, hours=settings.upload_hours)


def _store(settings: Settings, clock: Clock) -> FileStore:
    if not settings.files_bucket:
        return FolderStore(settings.data_dir / "files")
    from bot.files.bucket import BucketStore

    if not (settings.bucket_endpoint and settings.bucket_key_id and settings.bucket_secret):
        raise SettingError(
            "MOTCUA_FILES_BUCKET needs MOTCUA_BUCKET_ENDPOINT, MOTCUA_BUCKET_KEY_ID and MOTCUA_BUCKET_SECRET"
        )
    bucket, _, prefix = settings.files_bucket.partition("/")
    access = Access(settings.bucket_key_id, settings.bucket_secret.get_secret_value(), settings.bucket_region)
    prefix = f"{prefix.rstrip('/')}/" if prefix else ""
    return BucketStore(settings.bucket_endpoint, bucket, access, clock, prefix=prefix)
