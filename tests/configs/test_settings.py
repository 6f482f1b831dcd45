import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.fault import Fault
from configs.setting import SettingDoc
from configs.settings import Call, Server, Settings, load_settings, setting_docs
from configs.settings import settings_table_markdown as table

DOCS = setting_docs()


def written(folder: Path, text: str) -> Path:
    file = folder / "rehearse.toml"
    file.write_text(text, encoding="utf-8")
    return file


def fault_of(*, file: Path | None = None, env: Mapping[str, str] | None = None) -> Fault:
    with pytest.raises(Fault) as caught:
        load_settings(file=file, env=env or {})
    return caught.value


def test_with_nothing_set_every_setting_has_its_default(tmp_path: Path) -> None:
    assert load_settings(file=written(tmp_path, ""), env={}) == Settings()


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    file = written(tmp_path, '[server]\nport = 9000\nhost = "::1"\n')
    settings = load_settings(file=file, env={"REHEARSE_SERVER_PORT": "9001"})
    assert settings.server == Server(host="::1", port=9001)
    assert settings.call == Call()


def test_rehearse_config_names_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "[server]\nport = 9000\n")
    assert load_settings(file=None, env={"REHEARSE_CONFIG": str(file)}).server.port == 9000


def test_a_file_that_was_passed_in_wins_over_rehearse_config(tmp_path: Path) -> None:
    file = written(tmp_path, "[server]\nport = 9000\n")
    env = {"REHEARSE_CONFIG": str(tmp_path / "other.toml")}
    assert load_settings(file=file, env=env).server.port == 9000


def test_a_named_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert fault_of(file=tmp_path / "none.toml").code == "setting-file-missing"


def test_the_file_in_the_working_folder_is_read_when_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "[server]\nport = 9000\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings(file=None, env={}).server.port == 9000


def test_openai_variables_fill_the_words_that_nothing_else_sets(tmp_path: Path) -> None:
    file = written(tmp_path, '[words]\nmodel = "from-file"\n')
    env = {
        "OPENAI_API_KEY": "k",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
        "OPENAI_MODEL": "from-openai",
        "REHEARSE_WORDS_API_KEY": "ours",
    }
    words = load_settings(file=file, env=env).words
    assert (words.model, words.api_key) == ("from-file", "ours")
    assert words.base_url == "http://127.0.0.1:1/v1"


def test_an_empty_openai_variable_counts_as_not_set(tmp_path: Path) -> None:
    settings = load_settings(file=written(tmp_path, ""), env={"OPENAI_MODEL": ""})
    assert settings.words.model == Settings().words.model


def test_the_models_folder_is_in_the_data_folder_unless_named(tmp_path: Path) -> None:
    file = written(tmp_path, "")
    env = {"REHEARSE_DATA_FOLDER": str(tmp_path)}
    assert load_settings(file=file, env=env).models_folder == tmp_path / "models"
    env["REHEARSE_MODELS_FOLDER"] = str(tmp_path / "elsewhere")
    assert load_settings(file=file, env=env).models_folder == tmp_path / "elsewhere"


@pytest.mark.parametrize("word", ["false", "No", "off", "0"])
def test_a_switch_is_read_from_everyday_words(tmp_path: Path, word: str) -> None:
    env = {"REHEARSE_SAMPLE_ORGANISATION": word}
    assert not load_settings(file=written(tmp_path, ""), env=env).sample.organisation


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("[server]\nprot = 1\n", '"server.port"'),
        ("[servr]\nport = 1\n", '"server"'),
        ("[speech]\nwhisper_modle = 'x'\n", '"speech.whisper_model"'),
    ],
)
def test_an_unknown_name_in_the_file_names_the_nearest_known(
    tmp_path: Path, text: str, nearest: str
) -> None:
    fault = fault_of(file=written(tmp_path, text))
    assert fault.code == "setting-unknown"
    assert nearest in fault.remedy


def test_an_unknown_environment_variable_names_the_nearest_known(tmp_path: Path) -> None:
    fault = fault_of(file=written(tmp_path, ""), env={"REHEARSE_SERVER_PROT": "1"})
    assert fault.code == "setting-unknown"
    assert '"REHEARSE_SERVER_PORT"' in fault.remedy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[server]\nport = '1'\n", "a whole number from 0 to 65535"),
        ("[server]\nport = true\n", "a whole number"),
        ("[server]\nport = 65536\n", "from 0 to 65535"),
        ("[server]\nhost = 1\n", "a text"),
        ("[speech]\ntranscriber = 'wisper'\n", '"whisper"'),
        ("[sample]\norganisation = 'maybe'\n", "true or false"),
        ("[words]\nfirst_token_s = nan\n", "a number"),
        ("[data]\nfolder = ''\n", "a folder"),
        ("[call]\nmin_endpointing_s = 3\n", "at least call.min_endpointing_s"),
        ("server = 1\n", "to be a table"),
    ],
)
def test_a_value_that_does_not_fit_says_what_was_expected(
    tmp_path: Path, text: str, expected: str
) -> None:
    fault = fault_of(file=written(tmp_path, text))
    assert fault.code == "setting-not-valid"
    assert expected in fault.said


def test_a_text_in_the_environment_that_is_no_number_says_where_it_came_from() -> None:
    fault = fault_of(env={"REHEARSE_SERVER_PORT": "eighty"})
    assert fault.code == "setting-not-valid"
    assert "'eighty'" in fault.said
    assert "REHEARSE_SERVER_PORT" in fault.said


def test_a_section_checks_itself_when_made_in_code() -> None:
    with pytest.raises(Fault, match=r"server\.port"):
        Server(port=-1)


@pytest.mark.parametrize("bad", ["[server\n", "port = \n"])
def test_a_file_that_is_not_toml_names_the_line(tmp_path: Path, bad: str) -> None:
    fault = fault_of(file=written(tmp_path, bad))
    assert fault.code == "setting-file-not-toml"
    assert "line 1" in fault.said


def test_a_file_that_is_not_text_is_not_toml(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.toml"
    file.write_bytes(b"\xff\xfe\x00")
    assert fault_of(file=file).code == "setting-file-not-toml"


def test_the_key_is_never_printed(tmp_path: Path) -> None:
    settings = load_settings(file=written(tmp_path, ""), env={"OPENAI_API_KEY": "sk-secret"})
    assert "sk-secret" not in repr(settings)
    fault = fault_of(file=written(tmp_path, "[words]\napi_key = 987654321\n"))
    assert "987654321" not in str(fault)


@given(st.text(max_size=40))
def test_any_text_for_a_port_is_a_port_or_a_fault(text: str) -> None:
    env = {"REHEARSE_SERVER_PORT": text}
    if re.fullmatch(r"\s*[+-]?\d+(_\d+)*\s*", text) and 0 <= int(text) <= 65535:
        assert load_settings(file=None, env=env).server.port == int(text)
    else:
        assert fault_of(env=env).code == "setting-not-valid"


def test_every_setting_is_listed_once_with_its_meaning() -> None:
    assert len({doc.name for doc in DOCS}) == len({doc.env for doc in DOCS}) == len(DOCS)
    assert all(doc.about.endswith(".") and "\n" not in doc.about for doc in DOCS)


@pytest.mark.parametrize("doc", [d for d in DOCS if d.name != "data.folder"], ids=lambda d: d.name)
def test_every_listed_default_is_accepted_from_the_environment(doc: SettingDoc) -> None:
    assert load_settings(file=None, env={doc.env: doc.default}) == Settings()


def test_the_table_of_readme_has_a_row_for_every_setting_and_no_path_of_this_machine() -> None:
    assert table().count("\n") == len(DOCS) + 2
    assert str(Path.home()) not in table().replace("`", "")
    assert all(f"| `{doc.name}` | `{doc.env}` |" in table() for doc in DOCS)
