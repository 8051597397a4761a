"""Words: what the kernel cuts out of UTF-8 is what `normal` says, character by character."""

from __future__ import annotations

import string
import sys
import unicodedata
from typing import Final

import numpy as np
import pytest
import regex
from conftest import SAME_UNICODE, any_text
from hypothesis import example, given
from hypothesis import strategies as st

from dedup import normal
from dedup.kernel.words import capacity
from dedup.sketch import text_words

FORMS: Final = ("NFC", "NFD", "NFKC", "NFKD")
PLAIN: Final = string.ascii_letters + string.digits
MASK: Final = (1 << 64) - 1
FIVE_SCRIPTS: Final = regex.compile(r"[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}]")
ANY_SCRIPT: Final = regex.compile(
    r"[\p{blk=CombiningDiacriticalMarks}\p{blk=CombiningDiacriticalMarksExtended}"
    r"\p{blk=CombiningDiacriticalMarksSupplement}\p{blk=CombiningDiacriticalMarksForSymbols}\p{blk=CombiningHalfMarks}"
    r"\p{blk=Arabic}\p{Variation_Selector}]"
)
WITHOUT_SPACES: Final = regex.compile(
    r"[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]"
)
IGNORABLE: Final = regex.compile(r"\p{Default_Ignorable_Code_Point}")
UNSEEN: Final = [chr(point) for point in range(sys.maxunicode + 1) if IGNORABLE.match(chr(point))]
SENTENCES: Final = {
    "Chinese": "他们在黎明时分离开了港口，只有九个人回来。",
    "Japanese": "ＮＨＫによると、がんの薬は２０２４年に発売される。",
    "Korean": "열한 척의 배가 새벽에 항구를 떠났다.",
    "Thai": "เรือสิบเอ็ดลำออกจากท่าเรือ น้ำขึ้นสูง",
    "Arabic": "غادَرَتِ السُّفُنُ المينـاءَ عند الفجر، ١٢ سفينة",
    "Persian": "کشتی\u200cها بندر را ترک کردند",
    "Hebrew": "אַחַת עֶשְׂרֵה סְפִינוֹת יָצְאוּ מֵהַנָּמֵל",
    "Hindi": "ग्यारह जहाज़ भोर में बंदरगाह से निकले",
    "Vietnamese": "Mười một con tàu rời cảng lúc bình minh ở Đà Nẵng",
    "Turkish": "On bir gemi şafakta İzmir'den ayrıldı, ILIK sular",
    "Greek": "Ένδεκα πλοία έφυγαν από το λιμάνι, ο καπετάνιος μόνος",
    "Russian": "Одиннадцать кораблей вышли из порта, ещё и йод",
    "mixed": "iPhone発売2024年 по-русски ελληνικά עברית 한국어",
    "emoji": "Great 👍🏽 day 👨\u200d👩\u200d👧 at 1️⃣0️⃣ ❤️ o'clock 🇩🇪",
}
Word = tuple[str, int, int]


def long_text() -> st.SearchStrategy[str]:
    """Draw texts long enough for the kernel's loops over plain text, with anything between and inside the words."""
    plain = st.text(st.sampled_from("abzAZ0189 _@[`{/:\x7f\n"), max_size=100)
    word = st.integers(1, 150).map(lambda length: ("Alphabet19" * 15)[:length])
    return st.lists(plain | word | any_text(3), max_size=12).map("".join)


def reference(text: str) -> list[Word]:
    """Cut a text as the docstring of `normal` says: folded word, first character, behind the last character."""
    words: list[Word] = []
    state = "closed"
    for place, character in enumerate(text):
        if _invisible(character) and state != "closed":
            words[-1] = (words[-1][0], words[-1][1], place + 1)
        for part in _parts(character):
            kind = _kind(part)
            if kind == "separator":
                state = "closed"
            elif state == "closed" or kind == "solo" or (state == "solo" and kind != "mark"):
                words.append((_lower(part), place, place + 1))
                state = "solo" if kind == "solo" else "run"
            else:
                words[-1] = (words[-1][0] + _lower(part), words[-1][1], place + 1)
    return words


def _parts(character: str) -> str:
    if _invisible(character):
        return ""
    if unicodedata.category(character)[0] not in "LMN":
        return " "
    return "".join(part for part in unicodedata.normalize("NFKD", character) if not _invisible(part))


def _invisible(character: str) -> bool:
    category = unicodedata.category(character)
    marks = category[0] == "M" and (FIVE_SCRIPTS.match(character) or ANY_SCRIPT.match(character))
    return category == "Cf" or character == "ـ" or bool(marks) or IGNORABLE.match(character) is not None


def _kind(part: str) -> str:
    category = unicodedata.category(part)
    if category[0] not in "LMN":
        return "separator"
    if category[0] == "M":
        return "mark"
    return "solo" if category not in {"Nd", "No"} and WITHOUT_SPACES.match(part) else "letter"


def _lower(part: str) -> str:
    if part == "ı":
        return "i"
    return next((folded for folded in (part.casefold(), part.lower()) if len(folded) == 1), part)


def word_hash(word: str) -> int:
    """Hash a word as the kernel's docstrings say, in plain integers."""
    state = 0x9E3779B97F4A7C15
    folded = word.encode()
    for at in range(0, len(folded), 8):
        state ^= int.from_bytes(folded[at : at + 8], "little")
        for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
            state = (state ^ state >> 33) * factor & MASK
        state ^= state >> 33
    return state


def cut(text: str) -> list[str]:
    """Give the words of a text by the kernel, unfolded."""
    found = text_words(text)
    return [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


def hashes(text: str) -> list[int]:
    """Give the hashes of a text's words by the kernel."""
    made: list[int] = text_words(text).hashes.tolist()
    return made


@given(any_text() | long_text())
@example("ໜໜໜ aໜaໜaໜa")
@example("ﷺ ﷺ ﷺ")
@example("か\u3099カ\u309aｶﾞ")
@example("कि\u200dक्ष")
@example("2½ ⒈ ⑴ ㈠ ŀ")
@example("한국어 각 값漢한한漢한\u0301 aé한b 한\u3099")
def test_kernel_and_reference_cut_alike(text: str) -> None:
    """On any text the kernel's words, hash for hash and place for place, are those of a slow reference."""
    found = text_words(text)
    expected = reference(text)
    assert found.hashes.tolist() == [word_hash(word) for word, _, _ in expected]
    places = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    assert places == [(start, end) for _, start, end in expected]


@pytest.mark.parametrize("length", [1, 7, 8, 9, 63, 64, 65, 71, 72, 73, 130, 1000])
@pytest.mark.parametrize("behind", ["", " ", "é", "字", "ﬁ", "\u00ad", "\u093f", "😀", " " * 100, "é" + " b" * 50])
def test_words_of_any_length_wherever_they_end(length: int, behind: str) -> None:
    """A word is found whole, and hashed, whatever its length and place, and whatever follows it."""
    for before in ("", "a ", ". " * 31, "é "):
        text = before + ("Alphabet19" * 100)[:length] + behind
        found = text_words(text)
        expected = reference(text)
        assert found.hashes.tolist() == [word_hash(word) for word, _, _ in expected]
        assert list(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == [row[1:] for row in expected]


def test_plain_letters_are_the_tables() -> None:
    """The ASCII letters and digits that the kernel knows without looking them up are those of the table."""
    table = normal.folding().table[:128].tolist()
    folded = {ord(letter): normal.LETTER << normal.CLASS_SHIFT | ord(letter.lower()) for letter in PLAIN}
    assert table == [folded.get(point, 0) for point in range(128)]


def test_hangul_is_the_tables() -> None:
    """Each Hangul syllable stands for two or three letters, as the kernel takes for granted, and is read as them."""
    form = normal.folding()
    syllables = range(0xAC00, 0xD7A4)
    for entry in form.table[syllables].tolist():
        first, count = (entry & 0xFFFFFF) >> 5, entry & 31
        assert entry >> normal.CLASS_SHIFT == normal.SEVERAL
        assert count in {2, 3}
        assert (form.table[form.parts[first : first + count]] >> normal.CLASS_SHIFT == normal.LETTER).all()
    text = "".join(f"{chr(point)}{('', ' ', '漢', 'é')[point % 4]}" for point in syllables)
    assert hashes(text) == [word_hash(word) for word, _, _ in reference(text)]


@given(any_text())
def test_words_lie_in_order(text: str) -> None:
    """Words are never empty, begin in order, and share a character only where that stands for several words."""
    found = text_words(text)
    assert (found.starts < found.ends).all()
    assert (np.diff(found.starts) >= 0).all()
    before, after = found.ends[:-1], found.starts[1:]
    assert all(len(normal.fold(text[at])) > 1 for at in after[before > after].tolist())


@given(any_text())
def test_buffers_hold_every_text(text: str) -> None:
    """No text has more words than its bytes are given room for."""
    assert len(reference(text)) <= capacity(len(text.encode()))


def test_no_character_outgrows_the_buffers() -> None:
    """A character makes at most four words of three bytes, by itself and in a row, between separators or not."""
    table = normal.folding().table
    several = map(chr, np.flatnonzero(table >> normal.CLASS_SHIFT == normal.SEVERAL).tolist())
    for one in (character for character in several if len(reference(character)) > 1):
        for text in (one, one * 20, f"{one} " * 20, f"a{one}" * 20, f"漢{one}" * 20):
            assert len(reference(text)) <= capacity(len(text.encode()))


@pytest.mark.skipif(
    not SAME_UNICODE, reason=f"this Python has Unicode {unicodedata.unidata_version}, not {normal.UNICODE}"
)
def test_shipped_table_is_the_computed_one() -> None:
    """The shipped table is what the module computes from the Unicode version it names."""
    shipped, computed = normal.folding(), normal.compute()
    assert np.array_equal(shipped.table, computed.table)
    assert np.array_equal(shipped.parts, computed.parts)


def test_folding_twice_is_folding_once() -> None:
    """What a character is folded to is folded to itself, and never to several characters again."""
    form = normal.folding()
    table, parts = form.table, form.parts
    kinds = table >> normal.CLASS_SHIFT
    values = table & 0xFFFFFF
    single = np.isin(kinds, (normal.LETTER, normal.SOLO, normal.MARK))
    assert np.array_equal(table[values[single]], table[single])
    assert np.isin(kinds[parts], (normal.SEPARATOR, normal.LETTER, normal.SOLO, normal.MARK)).all()
    solid = parts[kinds[parts] != normal.SEPARATOR]
    assert np.array_equal(values[solid], solid)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "text",
    [
        "Ein Käse für Zürich, ça va? Ångström naïve coöperation",
        "ﬁnal oﬃce ﬂuﬀ ŉ Ǆ ǆ ª º x² H₂O ſtrange",
        "colŀecció 2½ ⒈ ⑴ Ⅳ ⅳ",
        "Tiếng Việt: Nguyễn Thị Ưng đã đến Đà Nẵng",
        "Ὦ ἄνδρες Ἀθηναῖοι, ᾳ ᾼ ῷ Ωμέγα ΐ ΰ",
        "Ёлка, йод, Київ, їжак, Ӂ ќ ѓ",
        "العَرَبِيَّة آب أب إب ؤ ئ ﷺ ﷲ ﻼ ﻷ ﺑﺴﻢ",
        "שָׁלוֹם עֲלֵיכֶם, שׁ שׂ בּ ﬞיִ ﬄﬁ",
        "한국어 문장, 각 각이 값 ㄱㅏ ﾡ",
        "がぎぐ パピプ ヴ ｶﾞ ﾊﾟﾋﾟ ﾌﾟｰ ゟ ヿ",
        "हिन्दी क़लम ख़ान ज़ फ़ ऩ",
        "বাংলা কো কৌ ড় ঢ় য়, ଓଡ଼ିଆ କୋ, தமிழ் கொ கோ, ಕೋ ೀ",
        "ກຳລັງ ໜ ໝ น้ำ ກໍາ",
        "ဦးက ಾ ဩ ဪ",
        "ＡＢＣ１２３ ｶﾞｷﾞ 豈更車 \U0002f800",
    ],
)
def test_normal_forms_agree(text: str, form: str) -> None:
    """Composed or decomposed, canonical or compatible: the same text has the same words."""
    spelled = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert hashes(spelled) == hashes(text)
    assert hashes(text)


def without_unseen(text: str) -> str:
    """Leave out what a reader cannot see."""
    return IGNORABLE.sub("", text)


@given(
    st.sampled_from(sorted(SENTENCES.values())) | any_text(),
    st.lists(st.tuples(st.integers(0), st.sampled_from(UNSEEN))),
)
def test_unseen_characters_change_no_word(text: str, insertions: list[tuple[int, str]]) -> None:
    """Whatever is ignorable may stand anywhere, inside words too: the words are the same, and so is what each spans."""
    strewn = text
    for place, unseen in insertions:
        at = place % (len(strewn) + 1)
        strewn = strewn[:at] + unseen + strewn[at:]
    assert hashes(strewn) == hashes(text)
    assert [without_unseen(word) for word in cut(strewn)] == [without_unseen(word) for word in cut(text)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_sentences_survive_forms_and_case(text: str, form: str) -> None:
    """In every language a sentence keeps its words in any normal form, and in any case of its letters."""
    expected = hashes(text)
    assert len(expected) > 3
    assert hashes(unicodedata.normalize(form, text)) == expected  # type: ignore[arg-type]
    for changed in (text.upper(), text.lower(), text.swapcase()):
        assert hashes(changed) == expected


@given(any_text())
def test_canonical_forms_agree_on_any_text(text: str) -> None:
    """Composing a decomposed text, whatever it says, changes none of its words."""
    decomposed = unicodedata.normalize("NFD", text)
    assert hashes(unicodedata.normalize("NFC", text)) == hashes(decomposed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße GROẞ", "STRAẞE groß"),
        ("DİYARBAKIR ISPARTA", "diyarbakır ısparta"),
        ("Διονύσιος ΟΔΟΣ", "ΔΙΟΝΥΣΙΟΣ οδός"),
        ("oﬃce ﬁnal", "OFFICE final"),
        ("ＤＥＤＵＰ １２", "dedup 12"),
        ("co\u00adop\u00aderate", "cooperate"),
        ("zero\u200bwidth jo\u200din no\u200cn", "zerowidth join non"),
        ("\ufefffirst \u202eright\u202c \u200eleft\u2069", "first right left"),
        ("العـــربية", "العربية"),
        ("Ёлка ёж", "ЕЛКА ЕЖ"),
        ("e\u0301te\u0301 ❤\ufe0f", "ete"),
        ("☀\ufe0fsun\ufe0f", "sun"),
        ("ᠭᠠ᠋", "ᠭᠠ"),
        ("pass\u3164word ad\uffa0min \u115fx\u1160", "password admin x"),
        ("if\u202e level\u2066 user\u2069 \u2067admin", "if level user admin"),
        ("Foo™ 5€", "foo 5"),
        ("a…b—c_d'e", "a b c d e"),
        ("№ 5", "5"),
        ("\tone\r\ntwo\x0bthree\u2028four\u3000", "one two three four"),
        ("かﾞ カ\u3099", "か\u3099 ガ"),
        ("𝐁𝐨𝐥𝐝 𝟏𝟐", "bold 12"),
        ("ვეფხისტყაოსანი", "ᲕᲔᲤᲮᲘᲡᲢᲧᲐᲝᲡᲐᲜᲘ"),
    ],
)
def test_the_same_words(one: str, other: str) -> None:
    """Case, compatibility forms, invisible characters and punctuation make no difference."""
    assert hashes(one) == hashes(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2023", "2024"),
        ("1.5", "15"),
        ("groß", "gross"),
        ("कि", "की"),
        ("は", "ば"),
        ("ハ", "は"),
        ("กา", "กี"),
        ("한", "하"),
        ("о", "o"),
        ("ø", "o"),
        ("now here", "nowhere"),
        ("漢字", "字漢"),
        ("kk", "kkk"),
    ],
)
def test_other_words(one: str, other: str) -> None:
    """Digits, vowel signs, voicing marks, scripts and places of spaces do make a difference."""
    assert hashes(one) != hashes(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t\u2028\u00a0", []),
        ("😀👍🏽 👨‍👩‍👧 ❤️ 🇩🇪", []),
        ("…—!?#$%^&*()", []),
        ("\u200b\ufeff\u00ad", []),
        ("don't stop", ["don", "t", "stop"]),
        ("3.14 1,000 B2B", ["3", "14", "1", "000", "B2B"]),
        ("naïve e\u0301te\u0301", ["naïve", "e\u0301te\u0301"]),
        ("漢字 かな カナ", [*"漢字かなカナ"]),
        ("がんか\u3099", ["が", "ん", "か\u3099"]),
        ("々〇ー", [*"々〇ー"]),
        ("ภาษา", [*"ภาษา"]),
        ("น้ำ", ["น้ำ", "ำ"]),
        ("ພາສາ", [*"ພາສາ"]),
        ("ភាសា", ["ភា", "សា"]),
        ("မြန်မာ", ["မြ", "န်", "မာ"]),
        ("iPhone発売2024年", ["iPhone", "発", "売", "2024", "年"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("Россия и USA", ["Россия", "и", "USA"]),
        ("١٢٣ ๑๒", ["١٢٣", "๑๒"]),
        ("𝐁𝐨𝐥𝐝😀𝟏", ["𝐁𝐨𝐥𝐝", "𝟏"]),
        ("word\u200b\u200b \u200bword", ["word\u200b\u200b", "word"]),
    ],
)
def test_cuts(text: str, words: list[str]) -> None:
    """Runs of letters, marks and numbers are words, characters of scripts without spaces each one, symbols none."""
    assert cut(text) == words


def test_ideographs_to_come_are_words() -> None:
    """Code points set aside for Han characters of later Unicode versions are words of their own already."""
    assert cut("\U0003fffe \U0003ff00\U0003ff01") == ["\U0003ff00", "\U0003ff01"]
