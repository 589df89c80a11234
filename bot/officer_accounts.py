"""`motcua officers ...`: accounts are made here; the password is set by the officer, through a one-time link."""

from bot.actions.pace import leaves
from bot.app import Parts, assembled, prepare
from bot.config import Settings
from bot.console.accounts import create_invitation
from bot.listening import address_in
from storage.records import Officer, Role

SPOKEN = frozenset({"km", "en"})  # beside Vietnamese


class AccountError(Exception):
    """Why it could not be done, in words for whoever keeps the accounts."""


async def add(
    settings: Settings,
    username: str,
    name: str,
    role: str,
    departments: tuple[str, ...],
    languages: tuple[str, ...] = (),
) -> str:
    await prepare(settings)
    async with assembled(settings) as parts:
        problem = _problem(parts, username, role, departments, languages)
        if problem:
            raise AccountError(problem)
        now = parts.clock.now()
        async with parts.database.unit_of_work() as uow:
            if await uow.officers.by_username(username):
                raise AccountError(f"Đã có tài khoản “{username}”. Dùng: motcua officers invite {username}")
            officer = await uow.officers.add(username, name, Role(role), departments, ("vi", *languages), now)
            token = await create_invitation(uow, officer, now)
            await uow.audit.add(now, "command", "officer.added", f"officer:{officer.id}", {"role": role})
            await uow.commit()
        return _link(parts, officer, token)


def _problem(
    parts: Parts, username: str, role: str, departments: tuple[str, ...], languages: tuple[str, ...]
) -> str | None:
    if (
        not username.isascii()
        or not username.replace(".", "").replace("_", "").isalnum()
        or username != username.lower()
    ):
        return "Tên đăng nhập chỉ gồm chữ thường không dấu, số, dấu chấm và gạch dưới."
    if role not in set(Role):
        return f"Vai trò phải là một trong: {', '.join(Role)}."
    if not set(languages) <= SPOKEN:
        return f"Ngôn ngữ phải là một trong: {', '.join(sorted(SPOKEN))}."
    known = parts.live.snapshot.catalog.department_by_id
    unknown = [each for each in departments if each not in known]
    if unknown:
        return f"Không có đơn vị {', '.join(unknown)}. Các đơn vị: {', '.join(known)}."
    if role == Role.SPECIALIST and not departments:
        return "Chuyên viên phải thuộc ít nhất một đơn vị: thêm --department."
    return None


def _link(parts: Parts, officer: Officer, token: str) -> str:
    settings = parts.settings
    base = settings.public_url or address_in(settings.data_dir) or f"http://{settings.host}:{settings.port}"
    return f"Liên kết một lần cho {officer.name}, dùng trong 24 giờ:\n{base.rstrip('/')}/moi/{token}"


async def invite(settings: Settings, username: str) -> str:
    async with assembled(settings) as parts:
        now = parts.clock.now()
        async with parts.database.unit_of_work() as uow:
            officer = await uow.officers.by_username(username)
            if officer is None or not officer.active:
                raise AccountError(
                    f"Không có tài khoản đang dùng tên “{username}”. Xem: motcua officers list"
                )
            token = await create_invitation(uow, officer, now)
            await uow.commit()
        return _link(parts, officer, token)


async def listed(settings: Settings) -> list[str]:
    async with assembled(settings) as parts, parts.database.reading() as uow:
        found = await uow.officers.list()
    if not found:
        return ["Chưa có tài khoản. Thêm: motcua officers add TÊN --name 'Họ và tên'"]
    return [
        f"{each.username:16} {each.name:28} {each.role.value:14} {', '.join(each.departments) or '-':30} "
        + (
            "đang dùng"
            if each.active and each.has_password
            else "chờ đặt mật khẩu"
            if each.active
            else "đã khóa"
        )
        for each in found
    ]


async def disable(settings: Settings, username: str) -> str:
    async with assembled(settings) as parts:
        now = parts.clock.now()
        async with parts.database.unit_of_work() as uow:
            officer = await uow.officers.by_username(username)
            if officer is None:
                raise AccountError(f"Không có tài khoản “{username}”. Xem: motcua officers list")
            await uow.officers.disable(officer.id, now)
            await leaves(uow, officer.id, now)
            await uow.audit.add(now, "command", "officer.disabled", f"officer:{officer.id}", {})
            uow.notify(f"officer:{officer.id}")
            await uow.commit()
    return f"Đã khóa tài khoản {username} và đóng mọi phiên đăng nhập."
