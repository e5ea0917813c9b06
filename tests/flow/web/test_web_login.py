"""Who comes in, what each may see, and what every answer carries."""

import dataclasses
from typing import Any

import pytest
from sanhui.plugin.domain.cases import CaseState
from sanhui.plugin.errors import ConfigError
from sanhui.plugin.web.app import create_app, hash_password
from sanhui.plugin.web.passwords import LOCKED_S, TRIES, Gate, fits, is_hash
from sanhui.plugin.web.sessions import COOKIE
from starlette.testclient import TestClient

from .conftest import PASSWORD, Stage, act, csrf

PAGES = ("/", "/desk", "/cases/1")


def log_in(browser: TestClient, name: str, password: str) -> Any:
    return browser.post("/login", data={"name": name, "password": password, "csrf": csrf(browser, "/login")})


def test_the_right_password_opens_the_screen(stage: Stage) -> None:
    browser = stage.browser()

    answer = log_in(browser, "Alice", PASSWORD)

    assert (answer.status_code, answer.headers["location"], browser.get("/").status_code) == (303, "/", 200)


@pytest.mark.parametrize(("name", "password"), [("Alice", "wrong"), ("nobody", PASSWORD), ("", ""), ("Alice", "\0")])
def test_anything_else_is_refused_in_the_same_words(stage: Stage, name: str, password: str) -> None:
    browser = stage.browser()

    answer = log_in(browser, name, password)

    assert (answer.status_code, "账号或密码不对" in answer.text) == (403, True)
    assert browser.get("/").status_code == 303


def test_a_login_without_the_forms_token_is_refused(stage: Stage) -> None:
    browser = stage.browser()
    browser.get("/login")

    assert browser.post("/login", data={"name": "Alice", "password": PASSWORD}).status_code == 403


def test_too_many_wrong_passwords_lock_the_name_for_the_right_one_too(stage: Stage) -> None:
    browser = stage.browser()
    for _ in range(TRIES):
        log_in(browser, "Alice", "wrong")

    assert log_in(browser, "Alice", PASSWORD).status_code == 429


def test_a_locked_name_locks_nobody_else(stage: Stage) -> None:
    browser = stage.browser()
    for _ in range(TRIES):
        log_in(browser, "Alice", "wrong")

    assert log_in(browser, "Bob", PASSWORD).status_code == 303


@pytest.mark.parametrize("name", ["Alice", "nobody"])
def test_a_lock_ends_with_its_time_and_not_before(name: str) -> None:
    seconds = [0.0]
    gate = Gate({"Alice": hash_password(PASSWORD)}, tick=lambda: seconds[0])
    for _ in range(TRIES):
        gate.admits(name, "wrong")
    locked = []
    for seconds[0] in (0.0, LOCKED_S - 1, LOCKED_S):
        locked.append(gate.is_locked(name))

    assert locked == [True, True, False]


def test_a_right_password_forgets_the_wrong_ones() -> None:
    gate = Gate({"Alice": hash_password(PASSWORD)}, tick=lambda: 0.0)
    for password in ("wrong",) * (TRIES - 1) + (PASSWORD,) + ("wrong",) * (TRIES - 1):
        gate.admits("Alice", password)

    assert not gate.is_locked("Alice")


def test_a_password_is_kept_with_a_salt_of_its_own() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)

    assert first != second
    assert (fits(PASSWORD, first), fits(PASSWORD, second), PASSWORD in first) == (True, True, False)


@pytest.mark.parametrize("hashed", ["", "plain", "scrypt$$", "scrypt$a$b", "md5$" + "a" * 80])
def test_a_hash_that_is_none_opens_nothing(hashed: str) -> None:
    assert (is_hash(hashed), fits("", hashed)) == (False, False)


@pytest.mark.parametrize("page", PAGES)
def test_without_a_login_every_page_leads_to_the_login(stage: Stage, page: str) -> None:
    stage.case()

    answer = stage.browser().get(page)

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_without_a_login_a_program_gets_no_figures(stage: Stage) -> None:
    assert stage.browser().get("/api/stats").status_code == 401


@pytest.mark.parametrize("cookie", ["", "forged", "W10.aaaa.bbbb", "\xff"])
def test_a_cookie_of_another_make_is_no_login(stage: Stage, cookie: str) -> None:
    answer = stage.browser().get("/", headers={b"cookie": f"{COOKIE}={cookie}".encode("latin-1")})

    assert answer.status_code == 303


def test_a_new_password_ends_the_old_sessions(stage: Stage) -> None:
    browser = stage.logged_in()
    cookie = browser.cookies[COOKIE]
    stage.door = dataclasses.replace(stage.door, operators={"Alice": hash_password("another password")})

    answer = stage.browser().get("/", headers={"cookie": f"{COOKIE}={cookie}"})

    assert answer.status_code == 303


def test_logging_out_takes_the_cookie_away(stage: Stage) -> None:
    browser = stage.logged_in()

    browser.post("/logout", data={"csrf": csrf(browser)})

    assert (COOKIE in browser.cookies, browser.get("/").status_code) == (False, 303)


def test_a_leader_sees_the_figures_and_no_single_case(stage: Stage) -> None:
    case_id = stage.confirming()
    leader = stage.logged_in("Charlie")

    codes = [leader.get(page).status_code for page in ("/", "/api/stats", "/desk", f"/cases/{case_id}")]

    assert codes == [200, 200, 403, 403]


def test_a_leader_decides_nothing(stage: Stage) -> None:
    case_id = stage.confirming()
    leader = stage.logged_in("Charlie")

    answer = act(leader, stage, f"/desk/cases/{case_id}/confirm", case_id, rule="S4")

    assert (answer.status_code, stage.held(case_id).state) == (403, CaseState.CONFIRMING)


@pytest.mark.parametrize("path", ["/", "/login", "/desk", "/nope", "/health", "/m/none"])
def test_every_answer_carries_the_strict_headers(stage: Stage, path: str) -> None:
    headers = stage.logged_in().get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; form-action 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert headers["cache-control"] == "no-store"


def test_only_the_named_host_may_hold_the_pages_in_a_frame(stage: Stage) -> None:
    stage.door = dataclasses.replace(stage.door, embedded_by="https://host.test")

    headers = stage.browser().get("/login").headers

    assert "frame-ancestors https://host.test" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


def test_the_cookie_is_for_this_site_over_https_alone(stage: Stage) -> None:
    cookie = stage.browser().get("/login").headers["set-cookie"].lower()

    assert all(word in cookie for word in ("httponly", "samesite=lax", "secure", "path=/"))


def test_the_schema_is_there_and_no_page_loads_from_elsewhere(stage: Stage) -> None:
    browser = stage.browser()

    codes = [browser.get(path).status_code for path in ("/openapi.json", "/docs", "/redoc")]

    assert codes == [200, 404, 404]


def test_below_a_path_of_a_proxy_links_and_signatures_keep_it(stage: Stage) -> None:
    stage.door = dataclasses.replace(stage.door, public_url="https://street.test/sanhui/")

    stripped, whole = (stage.browser().get(path) for path in ("/login", "/sanhui/login"))

    assert 'action="/sanhui/login"' in stripped.text
    assert whole.status_code == 200
    assert stage.door.public("/carriers/a/status", "x=1") == "https://street.test/sanhui/carriers/a/status?x=1"
    assert stage.door.public("/sanhui/carriers/a/status", "") == "https://street.test/sanhui/carriers/a/status"


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ({"link_keys": ()}, "link_keys"),
        ({"session_secret": "short"}, "secrets.session"),
        ({"operators": {"Alice": "plain words"}}, "operators.Alice"),
        ({"operators": {"A" * 31: hash_password(PASSWORD)}}, "1 to 30 characters"),
    ],
)
def test_a_door_that_would_stand_open_is_not_made(stage: Stage, setting: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        create_app(dataclasses.replace(stage.door, **setting))


def test_health_tells_of_the_store_and_the_mode(stage: Stage) -> None:
    answer = stage.browser().get("/health")

    assert (answer.status_code, answer.json()["ok"], answer.json()["mode"]) == (200, True, "live")


def test_a_store_that_does_not_answer_is_unhealthy_and_not_ready(stage: Stage) -> None:
    stage.break_store()

    codes = [stage.browser().get(path).status_code for path in ("/health", "/ready")]

    assert codes == [503, 503]


def test_a_page_without_a_store_says_so(stage: Stage) -> None:
    browser = stage.logged_in()
    stage.break_store()

    answer = browser.get("/desk")

    assert (answer.status_code, "稍后再试" in answer.text) == (503, True)
