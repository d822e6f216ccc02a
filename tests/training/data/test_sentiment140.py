import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.data.labelled_files import load_labelled
from training.errors import DataError

DATE = "Mon Apr 06 22:19:45 PDT 2009"
SENTIMENT140 = "".join(
    [
        f'"0","1","{DATE}","NO_QUERY","frequent_flyer","The café in the lounge was shut, again"\n',
        f'"4","2","{DATE}","NO_QUERY","NO_USER","Window seat, ""row one"", lovely"\n',
        f'"2","3","{DATE}","NO_QUERY","someone","Boarding at gate 12"\n',
        f'"4","4","{DATE}","NO_QUERY","","Two lines\nof joy"\n',
    ]
).encode("latin-1")


def _csv(folder: Path, content: bytes) -> Path:
    path = folder / "tweets.csv"
    path.write_bytes(content)
    return path


def _gzip(folder: Path, content: bytes) -> Path:
    path = folder / "tweets.csv.gz"
    path.write_bytes(gzip.compress(content))
    return path


def _zip(folder: Path, content: bytes) -> Path:
    path = folder / "tweets.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("training.1600000.processed.noemoticon.csv", content)
        # The official archive holds this file too.
        archive.writestr("testdata.manual.2009.06.14.csv", b"not,to,be,read\n")
    return path


Write = Callable[[Path, bytes], Path]
WRITERS: list[Write] = [_csv, _gzip, _zip]


@pytest.mark.parametrize("write", WRITERS)
def test_sentiment140_is_read_plain_gzipped_and_zipped(write: Write, tmp_path: Path) -> None:
    tweets = load_labelled(str(write(tmp_path, SENTIMENT140)))[0]
    assert tweets.texts == [
        "The café in the lounge was shut, again",
        'Window seat, "row one", lovely',
        "Two lines\nof joy",
    ]
    assert tweets.labels.tolist() == [0, 1, 1]
    assert tweets.labels.dtype == np.int8
    assert tweets.users == ["frequent_flyer", None, None]


def _missing(folder: Path) -> Path:
    return folder / "nowhere.csv"


def _a_folder(folder: Path) -> Path:
    path = folder / "folder.csv"
    path.mkdir()
    return path


def _empty(folder: Path) -> Path:
    return _csv(folder, b"")


def _empty_gzip(folder: Path) -> Path:
    return _gzip(folder, b"")


def _neutral_only(folder: Path) -> Path:
    return _csv(folder, b'"2","3","date","NO_QUERY","someone","Boarding at gate 12"\n')


def _cut_short(write: Write, kept: float) -> Callable[[Path], Path]:
    def damage(folder: Path) -> Path:
        # Enough different rows that half of the packed bytes are text.
        numbers = np.random.default_rng(1).integers(0, 10**9, 5000)
        rows = "".join(f'"4","1","date","NO_QUERY","u","lovely {n}"\n' for n in numbers)
        path = write(folder, rows.encode())
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * kept)])
        return path

    damage.__name__ = f"{write.__name__}_cut_at_{kept}"
    return damage


def _changed_inside(folder: Path) -> Path:
    path = _zip(folder, SENTIMENT140 * 50)
    content = bytearray(path.read_bytes())
    content[120] ^= 0xFF
    path.write_bytes(content)
    return path


def _no_zip(folder: Path) -> Path:
    path = folder / "tweets.zip"
    path.write_bytes(SENTIMENT140)
    return path


def _no_gzip(folder: Path) -> Path:
    path = folder / "tweets.csv.gz"
    path.write_bytes(SENTIMENT140)
    return path


def _locked_zip(folder: Path) -> Path:
    path = _zip(folder, SENTIMENT140)
    content = bytearray(path.read_bytes())
    # The flag for encryption of the first file, in its header and in the directory.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "make",
    [
        _missing,
        _a_folder,
        _empty,
        _empty_gzip,
        _neutral_only,
        _cut_short(_gzip, 0.5),
        _cut_short(_gzip, 0.999),
        _cut_short(_zip, 0.5),
        _cut_short(_zip, 0.999),
        _changed_inside,
        _no_zip,
        _no_gzip,
        _locked_zip,
    ],
    ids=lambda make: make.__name__.strip("_"),
)
def test_an_unreadable_file_is_one_error_line(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    with pytest.raises(DataError) as caught:
        load_labelled(str(path))
    (line,) = str(caught.value).splitlines()
    assert str(path) in line


def test_the_error_names_the_line_of_a_short_row(tmp_path: Path) -> None:
    path = _csv(tmp_path, SENTIMENT140 + b'"4","5"\n')
    # The fourth tweet takes two lines of the file.
    with pytest.raises(DataError, match="line 6: 2 columns where 6 are expected"):
        load_labelled(str(path))


def test_the_error_names_the_line_of_another_polarity(tmp_path: Path) -> None:
    path = _csv(tmp_path, SENTIMENT140 * 60 + SENTIMENT140.replace(b'"4","4"', b'"5","4"'))
    with pytest.raises(DataError, match="line 304: the label '5' of the column polarity"):
        load_labelled(str(path))


def test_neutral_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    tweets, survey = load_labelled(str(_csv(tmp_path, SENTIMENT140 * 30)))
    assert tweets.shares is None
    assert set(tweets.labels.tolist()) == {0, 1}
    assert (survey.read, survey.kept, dict(survey.dropped)) == (120, 90, {"neutral": 30})


def test_all_files_of_an_archive_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tweets.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", SENTIMENT140)
        archive.writestr("two.CSV", SENTIMENT140)
    tweets, survey = load_labelled(str(path))
    assert len(tweets) == 6
    assert list(survey.files) == [f"{path}: one.csv", f"{path}: two.CSV"]
