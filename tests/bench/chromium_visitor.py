"""Visitors with a browser: tabs of a real Chromium that go through the pages by the menu.

Drawing counts: a visit ends when Streamlit's frontend has nothing more to do.
"""

import asyncio
import random
import time

from playwright.async_api import Error as BrowserError
from playwright.async_api import Page, async_playwright

from tests.bench.crowd import THINK_S, Diary, Stay
from tests.bench.visitor import IDLE
from tests.browser.serving import FLAGS, PATIENCE_S, find_chromium

MENU = ("Dataset", "Train", "Compare", "Predict")
BROWSER = "Chromium"
"""The kind of all visits here."""
DRAWN = f"""title => document.querySelector('h1')?.innerText === title
  && document.querySelector('{IDLE}') !== null"""


async def browse_together(stays: list[Stay]) -> None:
    """One Chromium with a tab, and a visitor, for each stay."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(playwright), args=list(FLAGS)
        )
        await asyncio.gather(*(_browse(browser, stay) for stay in stays))
        await browser.close()


async def _browse(browser, stay: Stay) -> None:
    chance = random.Random(stay.number)
    # Waiting for a function needs `eval`, which the policy of the pages forbids.
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = await context.new_page()
    page.on("pageerror", lambda error: stay.diary.wrong.append(f"{BROWSER}: {error}"))
    page.set_default_timeout(PATIENCE_S * 1000)
    try:
        await page.goto(f"{stay.host.server.url}/compare")
        await page.wait_for_function(DRAWN, arg="Compare")
        here = "Compare"
        while stay.goes_on():
            here = chance.choice([title for title in MENU if title != here])
            await _visit(page, here, stay.diary)
            await asyncio.sleep(chance.uniform(*THINK_S))
    except BrowserError as error:
        stay.diary.wrong.append(f"{BROWSER}: {error}")
    await context.close()


async def _visit(page: Page, title: str, diary: Diary) -> None:
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=title)
    start = time.perf_counter()
    await link.click()
    await page.wait_for_function(DRAWN, arg=title)
    diary.seconds[BROWSER].append(time.perf_counter() - start)
    for _ in range(await page.get_by_test_id("stException").count()):
        diary.wrong.append(f"{BROWSER}: an exception on {title}")
