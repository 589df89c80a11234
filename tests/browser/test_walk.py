"""A citizen and an officer, side by side in two real browsers: from the question to the rating."""

from playwright.async_api import expect

from storage.records import Author
from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_screens import Picture, ask, log_in
from tests.websites import Website

QUESTION = "Đất nhà tui cho em tui đứng tên giùm, giờ sang lại thì làm sao?"
ANSWER = "Dạ, anh chị em tặng cho nhau thì ra công chứng hợp đồng rồi nộp ở xã. Cần gì anh nhắn em nhé."


async def test_a_question_goes_to_an_officer_and_the_answer_comes_back_to_be_rated(
    site: Website, new_page: NewPage, picture: Picture
) -> None:
    await site.officer()
    citizen, officer = await new_page(PHONE), await new_page()
    await log_in(officer)
    await expect(officer.get_by_text("Không có phiếu nào đang chờ nhận")).to_be_visible()

    await citizen.goto("/")
    await expect(citizen.locator(".line.bot")).to_have_count(1)
    await ask(citizen, "gặp cán bộ")
    await ask(citizen, QUESTION)
    await expect(citizen.locator(".line.bot").last).to_contain_text("Phiếu số #1")

    # The queue shows it by itself, in the title too.
    row = officer.get_by_role("link", name="Đất nhà tui")
    await expect(row).to_be_visible()
    await expect(officer).to_have_title("(1) Chưa ai nhận – Bàn làm việc cán bộ")
    await picture(officer, "walk-1-queue")
    await row.click()
    await officer.get_by_role("button", name="Nhận phiếu này").click()
    await expect(citizen.locator(".line.notice").last).to_contain_text("Nguyễn Thị Mai đã nhận phiếu số #1")

    # The bot keeps silent, the officer reads what comes without reloading.
    said = await citizen.locator(".line.bot").count()
    await citizen.get_by_label("Câu hỏi của anh/chị").fill("Sổ đứng tên em tui từ 2015")
    await citizen.keyboard.press("Enter")
    await expect(officer.locator(".talk")).to_contain_text("Sổ đứng tên em tui từ 2015")
    await expect(citizen.locator(".waiting")).to_be_hidden()
    assert await citizen.locator(".line.bot").count() == said

    await expect(officer.locator("input[name=seen]").first).to_have_value(
        await officer.locator("#hoi-thoai").get_attribute("data-last") or ""
    )
    await officer.get_by_label("Trả lời người dân").fill(ANSWER)
    await officer.get_by_role("button", name="Gửi cho người dân").click()
    await expect(officer.get_by_text("Đã gửi câu trả lời")).to_be_visible()
    await expect(officer.get_by_label("Trả lời người dân")).to_have_value("")
    answer = citizen.locator(".line.officer")
    await expect(answer).to_contain_text(ANSWER)
    await expect(answer.locator(".who")).to_contain_text("Cán bộ Nguyễn Thị Mai")
    await picture(citizen, "walk-2-answer")

    await answer.get_by_role("button", name="Rất hài lòng").click()
    await expect(citizen.locator(".line.citizen:not(.pending)").last).to_contain_text("Rất hài lòng")
    await expect(citizen.locator(".line.bot")).to_have_count(said + 1)
    async with site.parts.database.reading() as uow:
        rating = await uow.ratings.for_ticket(1)
    assert rating is not None
    assert (rating.score, rating.officer_id) == (5, 1)
    await picture(citizen, "walk-3-rating")

    # After a reload everything stands there once, in order.
    before = await citizen.locator(".line .bubble p").all_inner_texts()
    await citizen.reload()
    assert await citizen.locator(".line .bubble p").all_inner_texts() == before


async def test_what_cannot_be_sent_now_is_kept_and_sent_once(site: Website, new_page: NewPage) -> None:
    page = await new_page(PHONE)
    await page.goto("/")
    await expect(page.locator(".line.bot")).to_have_count(1)
    await page.context.set_offline(True)
    for text in ("gặp cán bộ", QUESTION):
        await page.get_by_label("Câu hỏi của anh/chị").fill(text)
        await page.keyboard.press("Enter")
    await expect(page.get_by_text("Chưa gửi được, đang thử lại")).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("0290 1022")
    await page.close()

    # The page is closed and opened again: the messages are still there, and go out in order.
    page = await page.context.new_page()
    await page.context.set_offline(False)
    await page.goto("/")
    await expect(page.locator(".line.citizen")).to_have_count(2)
    await expect(page.locator(".line.pending")).to_have_count(0)
    await expect(page.locator(".line.bot").last).to_contain_text("Phiếu số #1")
    async with site.parts.database.reading() as uow:
        said = [each.text for each in await uow.messages.of_conversation(1) if each.author is Author.CITIZEN]
    assert said == ["gặp cán bộ", QUESTION]


async def test_a_lost_acknowledgement_makes_no_second_message(site: Website, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await expect(page.locator(".line.bot")).to_have_count(1)
    lost: list[str] = []

    async def swallow(route: object) -> None:
        """The server takes it, the answer never arrives: three times."""
        if len(lost) < 3:
            lost.append("")
            await route.fetch()  # type: ignore[attr-defined]
            await route.abort()  # type: ignore[attr-defined]
        else:
            await route.continue_()  # type: ignore[attr-defined]

    await page.route("**/chat/send", swallow)
    await page.get_by_label("Câu hỏi của anh/chị").fill("gặp cán bộ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line.bot")).to_have_count(2)
    await expect(page.locator(".line.citizen")).to_have_count(1)
    await page.wait_for_timeout(1500)
    async with site.parts.database.reading() as uow:
        said = [each.text for each in await uow.messages.of_conversation(1) if each.author is Author.CITIZEN]
    assert said == ["gặp cán bộ"]


async def test_two_windows_of_one_person_show_the_same(new_page: NewPage) -> None:
    first = await new_page()
    await first.goto("/")
    await expect(first.locator(".line.bot")).to_have_count(1)
    second = await first.context.new_page()
    await second.goto("/")
    await ask(first, "gặp cán bộ")
    await expect(second.locator(".line.citizen")).to_have_count(1)
    await expect(second.locator(".line.bot")).to_have_count(2)


async def test_where_streams_are_held_back_the_page_asks_by_itself(new_page: NewPage) -> None:
    page = await new_page()
    await page.route("**/chat/stream*", lambda route: route.abort())
    await page.goto("/")
    await page.get_by_label("Câu hỏi của anh/chị").fill("gặp cán bộ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line.citizen:not(.pending)")).to_have_count(1, timeout=15_000)


async def test_the_counter_shows_near_the_limit_and_too_long_is_not_sent(new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    box = page.get_by_label("Câu hỏi của anh/chị")
    await box.fill("ế" * 1700)
    await expect(page.locator(".left")).to_be_empty()
    await box.fill("ế" * 7950)
    await expect(page.locator(".left")).to_have_text("Còn gõ được 50 chữ")
    await box.fill("ế" * 8010)
    await expect(page.locator(".left")).to_contain_text("Dài quá 10 chữ")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("ế" * 8010)


async def test_shift_enter_starts_a_line_and_enter_sends(new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await expect(page.locator(".line.bot")).to_have_count(1)
    await page.get_by_label("Câu hỏi của anh/chị").focus()
    await page.keyboard.type("gặp")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("cán bộ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line.citizen:not(.pending)")).to_contain_text("cán bộ")


async def test_the_chat_works_with_script_switched_off(new_page: NewPage) -> None:
    page = await new_page(PHONE, java_script_enabled=False)
    await page.goto("/")
    await page.get_by_role("button", name="Bắt đầu trò chuyện").click()
    await page.get_by_role("button", name="Gặp cán bộ").click()
    await page.get_by_label("Câu hỏi của anh/chị").fill(QUESTION)
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.locator(".line.bot").last).to_contain_text("Phiếu số #1")
