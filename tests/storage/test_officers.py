"""Officers: an account begins with a one-time link, a session ends when it should, a disabled one at once."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.errors import NotFoundError
from storage.records import Department, Failures, Role, Session
from tests.storage.stories import NOW, later, officer


async def login(database: Database, officer_id: int, token: str = "token", **end: float) -> Session:
    async with database.unit_of_work() as uow:
        session = await uow.sessions.open(
            officer_id, token, "csrf", NOW, later(**end or {"hours": 12}), "Firefox"
        )
        await uow.commit()
    return session


async def test_an_officer_is_known_by_name_with_their_departments(database: Database) -> None:
    async with database.unit_of_work() as uow:
        lan = await uow.officers.add(
            "lan", "Trần Thị Lan", Role.SUPERVISOR, ("land", "justice", "land"), ("vi", "km"), NOW
        )
        minh = await uow.officers.add("minh", "Minh", Role.ADMIN, (), ("vi",), NOW)
        await uow.commit()

    assert (lan.departments, lan.languages, lan.role) == (("justice", "land"), ("vi", "km"), Role.SUPERVISOR)
    assert (lan.active, lan.has_password, minh.departments) == (True, False, ())
    async with database.unit_of_work() as uow:
        assert await uow.officers.list() == (lan, minh)
        assert await uow.officers.by_username("minh") == minh
        assert await uow.officers.by_username("ai đó") is None
        with pytest.raises(NotFoundError):
            await uow.officers.get(99)
        assert (await uow.officers.set_departments(lan.id, ("tax",))).departments == ("tax",)


async def test_a_username_is_taken_once(database: Database) -> None:
    await officer(database, "lan")
    with pytest.raises(IntegrityError):
        await officer(database, "lan")


async def test_an_invitation_works_once_and_in_time(database: Database) -> None:
    lan = await officer(database)
    async with database.unit_of_work() as uow:
        await uow.officers.invite(lan.id, "first", later(hours=24))
        await uow.officers.invite(lan.id, "second", later(hours=1))
        assert await uow.officers.invited("first", NOW) == lan
        assert await uow.officers.use_invitation("second", later(hours=1)) is None, "expired"
        assert await uow.officers.use_invitation("third", NOW) is None, "unknown"
        assert await uow.officers.use_invitation("first", NOW) == lan
        assert await uow.officers.use_invitation("first", NOW) is None, "used"
        assert await uow.officers.invited("first", NOW) is None


async def test_a_new_password_ends_every_session_and_open_link(database: Database) -> None:
    lan = await officer(database)
    await login(database, lan.id)
    async with database.unit_of_work() as uow:
        await uow.officers.invite(lan.id, "link", later(hours=24))
        await uow.officers.set_password(lan.id, "$argon2id$...", NOW)
        await uow.commit()

    async with database.unit_of_work() as uow:
        credentials = await uow.officers.credentials("lan")
        assert credentials is not None
        assert credentials.password_hash == "$argon2id$..."
        assert credentials.officer.has_password
        assert await uow.sessions.find("token", NOW) is None
        assert await uow.officers.use_invitation("link", NOW) is None


async def test_failed_logins_are_counted_until_they_are_forgotten(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await uow.login_failures.add(("here", "anywhere"), NOW)
        await uow.login_failures.add(("anywhere", "there"), later(minutes=1))
        found = await uow.login_failures.of(("here", "anywhere", "nobody"))
        assert found == {"here": Failures(1, NOW), "anywhere": Failures(2, later(minutes=1))}
        await uow.login_failures.forget(("anywhere",))
        assert await uow.login_failures.of(("anywhere",)) == {}
        assert await uow.login_failures.purge(later(seconds=1)) == 1
        assert set(await uow.login_failures.of(("here", "there"))) == {"there"}


async def test_single_sign_on_belongs_to_one_account(database: Database) -> None:
    lan, minh = await officer(database, "lan"), await officer(database, "minh")
    async with database.unit_of_work() as uow:
        assert await uow.officers.link_sso(lan.id, "https://sso 1")
        assert not await uow.officers.link_sso(lan.id, "https://sso 2"), "the account is another person's"
        found = await uow.officers.by_sso("https://sso 1")
        assert found is not None
        assert found.id == lan.id
        changed = await uow.officers.change(
            minh.id, name="Minh", role=Role.SUPERVISOR, languages=("vi", "km"), email="minh@camau.gov.vn"
        )
        assert (changed.role, changed.languages) == (Role.SUPERVISOR, ("vi", "km"))
        assert await uow.officers.by_email("minh@camau.gov.vn") == changed


async def test_a_disabled_officer_is_out_at_once_and_stays_named(database: Database) -> None:
    lan = await officer(database)
    await login(database, lan.id)
    async with database.unit_of_work() as uow:
        await uow.officers.invite(lan.id, "link", later(hours=24))
        await uow.officers.disable(lan.id, NOW)
        await uow.commit()

    async with database.unit_of_work() as uow:
        assert await uow.sessions.find("token", NOW) is None
        assert await uow.officers.use_invitation("link", NOW) is None
        (left,) = await uow.officers.list()
        assert (left.name, left.active) == ("Lan", False)
        await uow.sessions.open(lan.id, "new", "csrf", NOW, later(hours=1), None)
        assert await uow.sessions.find("new", NOW) is None, "even a session made by mistake does not count"
        await uow.officers.invite(lan.id, "another", later(hours=1))
        assert await uow.officers.use_invitation("another", NOW) is None


async def test_a_session_is_found_by_its_token_until_it_is_idle_or_old(database: Database) -> None:
    lan = await officer(database)
    session = await login(database, lan.id, hours=99)
    assert session.expires_at == later(hours=12), "never longer than twelve hours"

    async with database.unit_of_work() as uow:
        assert await uow.sessions.find("token", later(minutes=30)) == session
        assert await uow.sessions.find("token", later(minutes=30, seconds=1)) is None
        assert await uow.sessions.find("another", NOW) is None

        await uow.sessions.seen(session.id, later(hours=11, minutes=59))
        found = await uow.sessions.find("token", later(hours=11, minutes=59, seconds=59))
        assert found is not None
        assert (found.officer, found.csrf, found.seen_at) == (lan, "csrf", later(hours=11, minutes=59))
        assert await uow.sessions.find("token", later(hours=12)) is None


async def test_sessions_are_listed_and_ended_one_by_one_or_all(database: Database) -> None:
    lan, minh = await officer(database, "lan"), await officer(database, "minh")
    one, two, three = [await login(database, lan.id, token) for token in ("1", "2", "3")]
    foreign = await login(database, minh.id, "4")
    async with database.unit_of_work() as uow:
        assert await uow.sessions.of_officer(lan.id) == (three, two, one)
        await uow.sessions.end("2")
        assert not await uow.sessions.end_of(lan.id, foreign.id)
        assert await uow.sessions.end_of(lan.id, one.id)
        assert not await uow.sessions.end_of(lan.id, one.id)
        assert await uow.sessions.of_officer(lan.id) == (three,)
        assert await uow.sessions.end_all(lan.id) == 1
        assert await uow.sessions.find("4", NOW) == foreign

        assert await uow.sessions.purge(NOW + timedelta(minutes=30)) == 0
        assert await uow.sessions.purge(NOW + timedelta(minutes=31)) == 1


async def test_departments_are_what_the_settings_say(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await uow.departments.replace([Department("tax", "Thuế"), Department("land", "Đất đai")])
        assert await uow.departments.list() == (Department("land", "Đất đai"), Department("tax", "Thuế"))
        await uow.departments.replace([Department("land", "Văn phòng đăng ký đất đai")])
        assert await uow.departments.list() == (Department("land", "Văn phòng đăng ký đất đai"),)
        await uow.departments.replace([])
        assert await uow.departments.list() == ()
