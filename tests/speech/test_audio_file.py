"""Calls in sound files: what is read, and what is said when it cannot be."""

from pathlib import Path

import av
import numpy as np
import pytest

from speech.audio_file import read_recording, read_tracks
from speech.clip import Clip, Recording
from speech.fault import SpeechFault
from speech.recording_file import write_recording

CODECS = {
    "wav": "pcm_s16le",
    "flac": "flac",
    "ogg": "libopus",
    "mp3": "libmp3lame",
    "m4a": "aac",
}
LEFT_HZ, RIGHT_HZ = 300.0, 1_100.0


def tone(hz: float, rate_hz: int, duration_s: float = 2.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * duration_s)) / rate_hz)


def write(path: Path, channels: list[np.ndarray], rate_hz: int) -> Path:
    """In the format of the path's suffix."""
    layout = "mono" if len(channels) == 1 else "stereo"
    container_name = "mp4" if path.suffix == ".m4a" else None
    with av.open(str(path), "w", format=container_name) as container:
        stream = container.add_stream(CODECS[path.suffix[1:]], rate=rate_hz, layout=layout)
        frame = av.AudioFrame.from_ndarray(
            np.stack(channels, axis=1).reshape(1, -1).astype(np.float32),
            format="flt",
            layout=layout,
        )
        frame.rate = rate_hz
        fifo = av.AudioFifo()
        converter = av.AudioResampler(format=stream.codec_context.format, layout=layout)
        for part in converter.resample(frame):
            fifo.write(part)
        while block := fifo.read(960, partial=True):
            container.mux(stream.encode(block))
        container.mux(stream.encode(None))
    return path


def loudest_hz(clip: Clip) -> float:
    spectrum = np.abs(np.fft.rfft(clip.samples))
    return float(np.argmax(spectrum)) * clip.rate_hz / len(clip.samples)


def fault_of(source: Path | tuple[Path, Path]) -> SpeechFault:
    with pytest.raises(SpeechFault) as caught:
        read_recording(source)
    return caught.value


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "m4a"])
def test_a_stereo_file_of_every_kind_has_the_rep_left_and_the_buyer_right(
    tmp_path: Path, suffix: str
) -> None:
    channels = [tone(LEFT_HZ, 48_000), tone(RIGHT_HZ, 48_000)]
    recording = read_recording(write(tmp_path / f"call.{suffix}", channels, 48_000))
    assert loudest_hz(recording.rep) == pytest.approx(LEFT_HZ, abs=2)
    assert loudest_hz(recording.buyer) == pytest.approx(RIGHT_HZ, abs=2)
    assert recording.duration_s == pytest.approx(2, abs=0.06)
    assert recording.rep.samples.dtype == np.float32


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100, 96_000])
def test_any_rate_is_read_as_it_is(tmp_path: Path, rate_hz: int) -> None:
    (clip,) = read_tracks(write(tmp_path / "one.wav", [tone(LEFT_HZ, rate_hz)], rate_hz))
    assert clip.rate_hz == rate_hz
    assert clip.duration_s == pytest.approx(2)


def test_two_mono_files_may_differ_in_kind_and_rate(tmp_path: Path) -> None:
    rep = write(tmp_path / "a.flac", [tone(LEFT_HZ, 16_000)], 16_000)
    buyer = write(tmp_path / "b.mp3", [tone(RIGHT_HZ, 44_100, 3)], 44_100)
    recording = read_recording((rep, buyer))
    assert (recording.rep.rate_hz, recording.buyer.rate_hz) == (16_000, 44_100)
    assert recording.duration_s == pytest.approx(3, abs=0.06)


def test_the_content_tells_the_kind_not_the_suffix(tmp_path: Path) -> None:
    path = write(tmp_path / "call.flac", [tone(LEFT_HZ, 16_000)] * 2, 16_000)
    assert len(read_tracks(path.rename(tmp_path / "call.wav"))) == 2


@pytest.mark.parametrize("suffix", ["ogg", "wav", "mp3", "flac"])
def test_a_file_that_breaks_off_gives_what_is_there(tmp_path: Path, suffix: str) -> None:
    random = np.random.default_rng(0)
    noise = [random.uniform(-0.5, 0.5, 4 * 48_000) for _ in range(2)]
    path = write(tmp_path / f"call.{suffix}", noise, 48_000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert 1 < read_recording(path).duration_s < 3


def test_a_damaged_stretch_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "call.ogg", [tone(LEFT_HZ, 48_000, 8)] * 2, 48_000)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 900] = b"\x00" * 900
    path.write_bytes(content)
    assert 5 < read_recording(path).duration_s < 8.1


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "call.wav").code == "audio-not-found"
    assert fault_of(tmp_path).code == "audio-not-found"


@pytest.mark.parametrize(
    "content",
    [
        b"just some words in a file\n" * 50,
        b"%PDF-1.7\n" + bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(400),
        b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
    ],
    ids=["text", "pdf", "png", "playlist", "concat"],
)
@pytest.mark.parametrize("suffix", ["wav", "txt", "m3u8"])
def test_another_kind_of_file_is_a_fault(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"call.{suffix}"
    path.write_bytes(content)
    assert fault_of(path).code == "audio-not-decodable"


def test_an_empty_file_and_one_without_samples_are_faults(tmp_path: Path) -> None:
    (tmp_path / "nothing.ogg").touch()
    assert fault_of(tmp_path / "nothing.ogg").code == "audio-empty"
    header_only = write(tmp_path / "header.wav", [tone(LEFT_HZ, 16_000)] * 2, 16_000)
    header_only.write_bytes(header_only.read_bytes()[:78])
    assert fault_of(header_only).code == "audio-empty"


@pytest.mark.parametrize("level", [0.0, 0.0009])
def test_a_silent_file_is_a_fault(tmp_path: Path, level: float) -> None:
    path = write(tmp_path / "call.flac", [tone(LEFT_HZ, 16_000) * 2 * level] * 2, 16_000)
    assert fault_of(path).code == "audio-silent"


def test_one_silent_side_is_still_a_call(tmp_path: Path) -> None:
    channels = [tone(LEFT_HZ, 16_000), tone(LEFT_HZ, 16_000) * 0]
    assert read_recording(write(tmp_path / "call.wav", channels, 16_000)).buyer.samples.max() == 0


def test_mono_names_the_form_with_two_files(tmp_path: Path) -> None:
    fault = fault_of(write(tmp_path / "call.wav", [tone(LEFT_HZ, 16_000)], 16_000))
    assert fault.code == "audio-needs-two-tracks"
    assert "rehearse score REP_FILE BUYER_FILE" in fault.remedy


def test_of_two_files_the_fault_says_whose(tmp_path: Path) -> None:
    rep = write(tmp_path / "a.wav", [tone(LEFT_HZ, 16_000)], 16_000)
    fault = fault_of((rep, tmp_path / "anna-smith.wav"))
    assert "the buyer's file" in fault.said
    assert "anna" not in str(fault)


def test_a_written_recording_is_read_back_in_place(tmp_path: Path) -> None:
    click = np.zeros(22_050 * 2, np.float32)
    click[22_050 : 22_050 + 2_205] = tone(LEFT_HZ, 22_050, 0.1)
    path = tmp_path / "calls" / "1" / "call.ogg"
    buyer = Clip(tone(RIGHT_HZ, 16_000, 3).astype(np.float32), 16_000)
    write_recording(path, Recording(Clip(click, 22_050), buyer))
    read = read_recording(path)
    assert read.rep.rate_hz == read.buyer.rate_hz == 48_000
    assert read.duration_s == pytest.approx(3, abs=0.001)
    loud_s = np.flatnonzero(np.abs(read.rep.samples) > 0.1) / 48_000
    assert (loud_s.min(), loud_s.max()) == pytest.approx((1.0, 1.1), abs=0.01)
    # The buyer talks all the time, and none of it is on the rep's track.
    assert np.abs(read.rep.samples[: 48_000 // 2]).max() < 1e-3
    assert not list(path.parent.glob("*.part"))


def test_a_recording_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "calls").write_text("a file where a folder should be")
    clip = Clip(tone(LEFT_HZ, 16_000).astype(np.float32), 16_000)
    with pytest.raises(SpeechFault) as caught:
        write_recording(tmp_path / "calls" / "call.ogg", Recording(clip, clip))
    assert caught.value.code == "recording-not-written"


def test_a_full_disk_is_a_fault_and_leaves_nothing(tmp_path: Path) -> None:
    # /dev/full takes no byte, as a full disk does.
    (tmp_path / "call.ogg.part").symlink_to("/dev/full")
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 160_000).astype(np.float32)
    with pytest.raises(SpeechFault) as caught:
        write_recording(tmp_path / "call.ogg", Recording(Clip(noise, 16_000), Clip(noise, 16_000)))
    assert caught.value.code == "disk-full"
    assert list(tmp_path.iterdir()) == []
