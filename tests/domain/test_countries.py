"""Countries: by code, by name in many languages, and by names of our own."""

import pytest

from contactd.domain.countries import LANGUAGES, country_code, country_key
from domain.test_address import lines_of


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("IN", ["IN", "in", "IND", "356", "India", " india ", "Indien", "Inde", "भारत", "インド"]),
        ("GB", ["GB", "UK", "GBR", "United Kingdom", "the United Kingdom", "Vereinigtes Königreich", "Royaume-Uni"]),
        ("US", ["US", "USA", "U.S.A.", "United States", "The United States", "États-Unis", "Etats Unis"]),
        ("DE", ["Germany", "Deutschland", "Allemagne", "Duitsland", "DEUTSCHLAND", "Niemcy", "德国"]),
        ("CI", ["Côte d'Ivoire", "Cote d\u2019Ivoire", "COTE D IVOIRE"]),
        ("TR", ["Türkiye", "turkiye", "Turquie", "Türkei"]),
        ("ST", ["São Tomé & Príncipe", "Sao Tome Principe"]),
        ("XK", ["Kosovo"]),
        ("MM", ["BU", "Myanmar (Burma)"]),
        ("RU", ["Russia", "Россия", "Rusland"]),
    ],
)
def test_a_country_has_many_names(code: str, names: list[str]) -> None:
    assert {name: country_code(name) for name in names} == dict.fromkeys(names, code)


#: A name from each line of data/country-names.txt, and from each of its names where they differ much.
OURS = {
    "AE": ["UAE", "Emirates"],
    "BA": ["Bosnia"],
    "BO": ["Plurinational State of Bolivia"],
    "BY": ["Belorussia", "Byelorussia"],
    "CD": ["DR Congo", "DRC", "Democratic Republic of the Congo", "Zaire"],
    "CG": ["Republic of the Congo"],
    "CI": ["Ivory Coast"],
    "CN": ["People's Republic of China", "PRC", "P.R. China", "mainland China"],
    "CZ": ["Czech Republic"],
    "DE": ["Federal Republic of Germany"],
    "DO": ["Dominican Rep."],
    "FK": ["Falklands"],
    "GB": ["Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland", "Großbritannien"],
    "GR": ["Hellas"],
    "HK": ["Hong Kong", "Hongkong", "Hong Kong SAR"],
    "IE": ["Éire", "Republic of Ireland"],
    "IR": ["Persia", "Islamic Republic of Iran"],
    "KN": ["Saint Kitts"],
    "KP": ["DPRK", "Democratic People's Republic of Korea"],
    "KR": ["Republic of Korea", "Korea Republic", "Rep. of Korea"],
    "LA": ["Lao PDR", "Lao People's Democratic Republic"],
    "LY": ["Libyan Arab Jamahiriya"],
    "MD": ["Republic of Moldova"],
    "MK": ["Macedonia", "Republic of North Macedonia", "FYROM"],
    "MM": ["Burma"],
    "MO": ["Macau", "Macao"],
    "NL": ["Holland"],
    "PS": ["Palestine"],
    "RU": ["Russian Federation"],
    "SY": ["Syrian Arab Republic"],
    "SZ": ["Swaziland"],
    "TL": ["East Timor"],
    "TR": ["Turkey"],
    "TT": ["Trinidad"],
    "TW": ["Chinese Taipei", "Republic of China", "ROC"],
    "TZ": ["United Republic of Tanzania"],
    "US": ["United States of America", "America", "US of A", "Estados Unidos de América"],
    "VA": ["Vatican", "Holy See"],
    "VE": ["Bolivarian Republic of Venezuela"],
}


@pytest.mark.parametrize("code", OURS)
def test_names_that_others_lack_are_ours(code: str) -> None:
    assert [country_code(name) for name in OURS[code]] == [code] * len(OURS[code])


def test_every_country_of_the_list_is_tried_here() -> None:
    assert sorted({line.partition(":")[0] for line in lines_of("country-names.txt")}) == sorted(OURS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "Atlantis",
        "Korea",
        "EU",
        "EZ",
        "UN",
        "QO",
        "XA",
        "XB",
        "ZZ",
        "European Union",
        "Bavaria",
        "the",
        "00",
    ],
)
def test_what_is_no_country_or_two_has_no_code(text: str) -> None:
    assert country_code(text) is None


@pytest.mark.parametrize("text", ["AN", "YU", "SU", "200", "AAA", "QMM"])
def test_what_was_a_country_and_is_several_has_no_code(text: str) -> None:
    assert country_code(text) is None


def test_a_name_means_one_country_in_every_language() -> None:
    from babel import Locale

    differing = {
        (language, code, name)
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if country_code(str(code)) == code and country_code(name) != code
    }

    assert differing == set()


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "AC", "Ascension Island"),
        ("de", "DE", "Deutschland"),
        ("fr", "DE", "Allemagne"),
        ("es", "DE", "Alemania"),
        ("it", "ES", "Spagna"),
        ("nl", "DE", "Duitsland"),
        ("pt", "DE", "Alemanha"),
        ("pl", "DE", "Niemcy"),
        ("sv", "FR", "Frankrike"),
        ("da", "GR", "Grækenland"),
        ("fi", "DE", "Saksa"),
        ("cs", "DE", "Německo"),
        ("tr", "DE", "Almanya"),
        ("ru", "DE", "Германия"),
        ("hi", "IN", "भारत"),
        ("ja", "DE", "ドイツ"),
        ("zh", "DE", "德国"),
        ("ar", "DE", "ألمانيا"),
    ],
)
def test_each_language_has_names_of_its_own(language: str, code: str, name: str) -> None:
    assert language in LANGUAGES
    assert country_code(name) == code


def test_countries_are_compared_by_code_and_all_else_by_folded_text() -> None:
    assert country_key("India") == country_key("IND") == "IN"
    assert country_key(" ATLÁNTIS ") == country_key("atlantis")
    assert country_key("Atlantis") != country_key("Atlantic")
    assert country_key("???") != country_key("!!!")
