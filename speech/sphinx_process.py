"""The pocketsphinx decoder as a program of its own.

It is one because the decoder keeps the interpreter's lock for as long as it decodes: in the
process of a live call it would hold up the sound of both sides for seconds.

The program loads the model once, and forks for every line that is opened to it: a fork shares the
model's memory, is there in milliseconds, hears one speaker and never waits for another. Lines come
as file descriptors over the socket that is the program's standard input; first of all "ready" is
written there. Everything ends when its line does.

On a line, in: one byte of what is wanted, the number of bytes that follow as 4 bytes little-endian,
then that much s16le mono PCM at 16 kHz.
    T  hear all of it, on its own: answered
    F  more of the part that is being heard: no answer
    W  what the part's words are, were it over after this sound: answered, and nothing changes
    P  the part's words so far, at little cost; the last 0.2 s are not among them: answered
    C  the part is over and the next one begins: answered with its words
Out: one line of JSON an answer, a list of [word, first_frame, last_frame, p] of 10 ms frames from
the part's start. A decoder that fails closes the line.
"""

import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress

from pocketsphinx import Decoder  # noqa: TID251 - the one file that talks to pocketsphinx

RATE_HZ = 16_000
_BYTES_A_FRAME = 320
"""Of 10 ms."""
_FIRST_FRAMES = 100
"""What the model's own cepstral mean counts for beside the speaker's: a second of sound."""
_MOST_FRAMES = 800
"""What all that was heard counts for beside what is heard next."""
_SET_FRAMES = 500
"""What pocketsphinx lets a mean that was set count for (CMN_WIN in its cmn.h)."""
_Heard = list[tuple[str, int, int, float]]


def main() -> None:
    decoder = _decoder()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for forks
    with socket.socket(fileno=sys.stdin.fileno()) as door:
        door.sendall(b"ready\n")
        while True:
            asked, lines, _, _ = socket.recv_fds(door, 1, 1)
            if not asked:
                return
            for line in lines:
                if os.fork() == 0:
                    _serve(decoder, socket.socket(fileno=line))
                os.close(line)


def _decoder() -> Decoder:
    # The second pass (fwdflat) is left out: it costs a fifth of the time after the last word and
    # gained nothing on test speech. Phone lookahead (pl_window) halved the errors there. The two
    # limits (maxhmmpf, maxwpf) save a third of the time on noisy speech.
    return Decoder(
        samprate=RATE_HZ,
        cmn="batch",
        fwdflat=False,
        pl_window=10,
        maxhmmpf=10_000,
        maxwpf=20,
        loglevel="FATAL",
    )


def _serve(decoder: Decoder, line: socket.socket) -> None:
    """In a fork, which ends with it."""
    status = 1
    with suppress(RuntimeError, OSError):  # the decoder's, the line's
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        part = _Part(decoder, line)
        for wanted, pcm in _messages(line):
            match wanted:
                case b"T":
                    _answer(line, _whole(decoder, pcm))
                case b"F":
                    part.go_on(pcm)
                case b"W":
                    part.tell(pcm)
                case b"P":
                    _answer(line, _heard(decoder))
                case b"C":
                    part.end()
        status = 0
    os._exit(status)


def _messages(line: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    hung_up = select.poll()
    hung_up.register(line, 0)
    source = line.makefile("rb")
    # Nobody wants what is left on a line that was hung up: it is not decoded.
    while not hung_up.poll(0) and len(head := source.read(5)) == 5:
        wanted, n_bytes = struct.unpack("<cI", head)
        yield wanted, source.read(n_bytes)


def _whole(decoder: Decoder, pcm: bytes) -> _Heard:
    decoder.reinit_feat()  # forgets the clip before: the same clip gives the same words
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    return _heard(decoder)


def _heard(decoder: Decoder) -> _Heard:
    return [(s.word, s.start_frame, s.end_frame, s.prob) for s in decoder.seg() or ()]


def _answer(line: socket.socket, heard: _Heard) -> None:
    line.sendall(json.dumps(heard).encode() + b"\n")


class _Part:
    """What is heard while it goes on."""

    def __init__(self, decoder: Decoder, line: socket.socket) -> None:
        self._decoder = decoder
        self._line = line
        self._mean: _CepstralMean | None = None

    def go_on(self, pcm: bytes) -> None:
        if self._mean is None:
            self._mean = _CepstralMean(self._decoder)
            self._decoder.start_utt()
        if not pcm:
            return
        self._decoder.process_raw(pcm, full_utt=False)
        self._mean.follow(len(pcm) / _BYTES_A_FRAME)

    def tell(self, pcm: bytes) -> None:
        """Ending the utterance gives better words than the hypothesis on the way (4 of 100), and
        could not be taken back: so it is ended in a fork of this fork."""
        fork = os.fork()
        if fork == 0:
            status = 1
            with suppress(RuntimeError, OSError):
                self.go_on(pcm)
                self._decoder.end_utt()
                _answer(self._line, _heard(self._decoder))
                status = 0
            os._exit(status)
        if os.waitpid(fork, 0)[1] != 0:
            raise RuntimeError("the fork that was to end the utterance failed")

    def end(self) -> None:
        self._decoder.end_utt()
        _answer(self._line, _heard(self._decoder))
        self._decoder.start_utt()


class _CepstralMean:
    """What voice, microphone and loudness add to every frame, learnt while listening.

    pocketsphinx itself either wants the whole utterance first, or keeps to the model's mean for
    the first 8 s; with that, one voice in two had half as many errors again. It tells only the
    mean over what was set (as 5 s of sound) and what came since; the rest is worked out here.
    """

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        decoder.reinit_feat()
        self._set = _numbers(decoder.get_cmn(False))
        self._sums = [x * _FIRST_FRAMES for x in self._set]
        self._n_frames: float = _FIRST_FRAMES

    def follow(self, n_frames: float) -> None:
        """After n_frames more were heard."""
        told = _numbers(self._decoder.get_cmn(True))
        n_told = _SET_FRAMES + n_frames
        news = [n_told * t - _SET_FRAMES * s for t, s in zip(told, self._set, strict=True)]
        self._sums = [total + new for total, new in zip(self._sums, news, strict=True)]
        self._n_frames += n_frames
        self._set = [total / self._n_frames for total in self._sums]
        self._decoder.set_cmn(",".join(f"{x:.4f}" for x in self._set))
        if self._n_frames > _MOST_FRAMES:
            self._n_frames = _MOST_FRAMES
            self._sums = [x * _MOST_FRAMES for x in self._set]


def _numbers(listed: str) -> list[float]:
    return [float(x) for x in listed.split(",") if x]


if __name__ == "__main__":
    main()
