#!/usr/bin/env bash
# Makes the recorded rep's turns again from the scripts beside this file.
# Needs flite and ffmpeg (apt-get install flite ffmpeg) and a python3 of 3.11 or newer.
set -euo pipefail
cd "$(dirname "$0")"

make_turns() { # scenario voice
    mkdir -p "sound/$1"
    python3 - "$1.toml" <<'PY' | while IFS=$'\t' read -r id text; do
import sys, tomllib
for turn in tomllib.load(open(sys.argv[1], "rb"))["turns"]:
    print(turn["id"], turn["text"], sep="\t")
PY
        flite -voice "$2" -t "$text" -o "sound/$1/$id.wav"
        # one loudness for all turns, headroom against clipping, then Opus for speech
        ffmpeg -nostdin -loglevel error -y -i "sound/$1/$id.wav" \
            -af "loudnorm=I=-20:TP=-3:LRA=7" -ar 24000 -ac 1 \
            -c:a libopus -application voip -b:a 32k "sound/$1/$id.ogg"
        rm "sound/$1/$id.wav"
    done
}

make_turns pricing-objection rms
make_turns discovery-route-planning slt
