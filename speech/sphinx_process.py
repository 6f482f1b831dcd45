"""The pocketsphinx decoder as a program of its own, spoken to over its standard streams.

It is one because the decoder keeps the interpreter's lock for as long as it decodes: in the
process of a live call it would hold up the sound of both sides for seconds.

In: the number of bytes as 4 bytes little-endian, then that much s16le mono PCM at 16 kHz.
Out: one line of JSON, a list of [word, first_frame, last_frame, p] of 10 ms frames; or null when
the decoder failed. First of all it writes "ready". Ends when its input does.
"""

import json
import struct
import sys
from typing import BinaryIO

from pocketsphinx import Decoder  # noqa: TID251 - the one file that talks to pocketsphinx

RATE_HZ = 16_000


def main() -> None:
    decoder = _decoder()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _write(sink, "ready")
    while len(head := source.read(4)) == 4:
        (n_bytes,) = struct.unpack("<I", head)
        _write(sink, _decode(decoder, source.read(n_bytes)))


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


def _decode(decoder: Decoder, pcm: bytes) -> list[tuple[str, int, int, float]] | None:
    try:
        decoder.reinit_feat()  # forgets the clip before: the same clip gives the same words
        decoder.start_utt()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()
    except RuntimeError:
        return None
    return [(s.word, s.start_frame, s.end_frame, s.prob) for s in decoder.seg() or ()]


def _write(sink: BinaryIO, document: object) -> None:
    sink.write(json.dumps(document).encode() + b"\n")
    sink.flush()


if __name__ == "__main__":
    main()
