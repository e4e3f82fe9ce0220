"""Signing in at a provider, and everything that a forged, old or stolen answer could try."""

from __future__ import annotations

import itertools

import pytest
from going import WORD, Browser
from msgspec.structs import replace
from provider import ISSUER, InventedProvider

from repletion.keeping import KeepError
from repletion.practice.app import application, assemble
from repletion.practice.oidc import Provider
from repletion.practice.people import People

_number = itertools.count(1)


@pytest.fixture(scope="module")
def served(settings, on_postgres):
    said = replace(
        settings, requests_per_minute=100_000, login_tries=100_000, login_tries_address=100_000, oidc_issuer=ISSUER,
        oidc_client="practice", oidc_secret="of the trial",
    )  # fmt: skip
    provider = InventedProvider()
    made = assemble(said, provider)
    yield made, application(made), provider
    made.house.close()


@pytest.fixture
def honest(served):
    """The provider as it is, with a person of its own and their account."""
    made, _app, provider = served
    number = next(_number)
    provider.person = {
        "sub": f"p-{number}", "email": f"p{number}@practice.example", "email_verified": True, "name": "P",
    }  # fmt: skip
    provider.lie, provider.forge, provider.says, provider.away = {}, "", {}, False
    made.provider._known = None
    person = People(made.house, made.settings).add(
        f"provided{number}", "clinician", email=f"p{number}@practice.example"
    )
    yield person
    provider.lie, provider.forge, provider.says, provider.away = {}, "", {}, False


def go(served, browser: Browser, next_page: str = "/"):
    """The whole way; the answer of the return."""
    browser.get("/login", params={"next": next_page})
    sent = browser.get("/login/provider", params={"next": next_page})
    assert sent.status_code == 303, sent.text
    return browser.get("/login/return", params=served[2].sign_in(sent.headers["location"]))


def test_somebody_signs_in_at_the_provider_and_is_known_by_its_subject(served, honest):
    browser = Browser(served[1])
    answer = go(served, browser, "/kept")
    assert answer.status_code == 200 and 'href="/kept"' in answer.text
    assert browser.get("/account").status_code == 200 and honest.name in browser.text
    served[2].person["email"] = "another@practice.example"  # the subject counts, the address does not
    again = Browser(served[1])
    go(served, again)
    assert honest.name in again.get("/account").text


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": None}, {"iss": "https://evil.example"},
        {"exp": 1_000_000}, {"exp": None}, {"iat": None}, {"iat": 99_999_999_999}, {"sub": None},
        {"aud": ["practice", "another"]}, {"azp": "another"}, {"nbf": 99_999_999_999},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_with_a_wrong_claim_is_refused(served, honest, lie):
    served[2].lie = lie
    browser = Browser(served[1])
    assert go(served, browser).status_code == 401
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize("forge", ["none", "shared secret", "other key", "unsigned part", "words"])
def test_a_token_that_the_provider_did_not_sign_is_refused(served, honest, forge):
    served[2].forge = forge
    browser = Browser(served[1])
    assert go(served, browser).status_code == 401
    assert browser.get("/account").status_code == 303


def test_a_state_is_good_once_in_its_own_browser_and_for_ten_minutes(served, honest, monkeypatch):
    _made, app, provider = served
    browser, thief = Browser(app), Browser(app)
    back = provider.sign_in(browser.get("/login/provider").headers["location"])
    assert thief.get("/login/return", params=back).status_code == 401  # and it is used up
    assert browser.get("/login/return", params=back).status_code == 401
    back = provider.sign_in(browser.get("/login/provider").headers["location"])
    assert browser.get("/login/return", params=back).status_code == 200
    assert Browser(app).get("/login/return", params=back).status_code == 401
    back = provider.sign_in(browser.get("/login/provider").headers["location"])
    for changed in ({"state": "x"}, {"state": ""}, {"iss": "https://evil.example"}, {"error": "access_denied"}):
        assert browser.get("/login/return", params={**back, **changed}).status_code == 401
    back = provider.sign_in(browser.get("/login/provider").headers["location"])
    monkeypatch.setattr("repletion.practice.oidc.time.time", lambda: 9e9)
    assert Browser(app).get("/login/return", params=back).status_code == 401


def test_a_code_of_another_sign_in_is_refused_by_pkce(served, honest):
    _made, app, provider = served
    browser, other = Browser(app), Browser(app)
    mine = provider.sign_in(browser.get("/login/provider").headers["location"])
    theirs = provider.sign_in(other.get("/login/provider").headers["location"])
    assert browser.get("/login/return", params={**mine, "code": theirs["code"]}).status_code == 401


def test_an_address_binds_only_when_it_is_verified_and_never_an_administrator(served, honest):
    made, app, provider = served
    provider.person["email_verified"] = False
    assert go(served, Browser(app)).status_code == 401
    provider.person |= {"email_verified": "true"}  # words are not a yes
    assert go(served, Browser(app)).status_code == 401
    people = People(made.house, made.settings)
    people.add(f"chief{next(_number)}", "admin", password=WORD, email="chief@practice.example")
    provider.person |= {"sub": "somebody", "email": "chief@practice.example", "email_verified": True}
    answer = go(served, Browser(app))
    assert answer.status_code == 401 and "no account here" in answer.text


def test_a_disabled_account_does_not_open_at_the_provider_either(served, honest):
    made, app, _ = served
    assert go(served, Browser(app)).status_code == 200
    People(made.house, made.settings).disable(honest)
    assert go(served, Browser(app)).status_code == 401


def test_accounts_are_made_only_where_the_settings_say_so(served, honest):
    made, _app, provider = served
    provider.person |= {"sub": "new", "email": "new@practice.example"}
    assert go(served, Browser(served[1])).status_code == 401
    open_to_new = assemble(replace(made.settings, oidc_new_users="person"), provider)
    browser = Browser(application(open_to_new))
    assert go((open_to_new, None, provider), browser).status_code == 200
    assert People(made.house, made.settings).named("new@practice.example").role == "person"
    open_to_new.house.close()


@pytest.mark.parametrize(
    "says",
    [{"issuer": "https://evil.example"}, {"jwks_uri": "http://provider.example/keys"}, {"authorization_endpoint": None},
     {"authorization_endpoint": "http://provider.example/authorize"}, {"jwks_uri": f"{ISSUER}/none"}],
    ids=str,
)  # fmt: skip
def test_a_provider_that_says_something_else_of_itself_is_not_used(served, honest, says):
    served[2].says = says
    assert Browser(served[1]).get("/login/provider").status_code == 502


def test_a_provider_that_is_away_is_said_and_passwords_go_on(served, honest):
    made, app, provider = served
    provider.away = True
    browser = Browser(app)
    answer = browser.get("/login/provider")
    assert answer.status_code == 502 and "cannot be reached" in answer.text
    person = People(made.house, made.settings).add(f"local{next(_number)}", "clinician", password=WORD)
    assert browser.sign_in(person.name, WORD).status_code == 303


def test_a_new_key_of_the_provider_is_fetched_once(served, honest):
    from joserfc.jwk import RSAKey

    provider = served[2]
    assert go(served, Browser(served[1])).status_code == 200
    provider.key = RSAKey.generate_key(2048, parameters={"kid": "two"})
    before = provider.asked.count("/keys")
    assert go(served, Browser(served[1])).status_code == 200
    assert provider.asked.count("/keys") == before + 1


def test_nothing_is_asked_of_anybody_without_a_provider(app):
    assert Browser(app).get("/login/provider").status_code == 404
    assert Browser(app).get("/login/return", params={"state": "x", "code": "y"}).status_code == 404


def test_the_secret_comes_from_a_file_and_a_missing_one_is_said(served, tmp_path):
    made, _app, _provider = served
    path = tmp_path / "secret"
    path.write_text("of the trial\n")
    assert (
        Provider(replace(made.settings, oidc_secret="", oidc_secret_file=str(path)), made.house)._secret
        == "of the trial"
    )
    from repletion.practice.settings import SettingsError

    with pytest.raises((SettingsError, KeepError), match="cannot be read"):
        Provider(replace(made.settings, oidc_secret="", oidc_secret_file=str(tmp_path / "none")), made.house)
