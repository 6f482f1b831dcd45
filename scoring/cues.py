"""Wordings that give an act away, for English; the notation is that of scoring/phrases.py."""

import re

from scoring.phrases import phrases

EMPATHY = phrases("""
    i *2 hear|appreciate|respect|get you|that|where|what|how|why|your|the
    i *2 understand that|where|what|how|why|your|the|you|it|completely|about|being|not|this
    i can see|imagine|tell that|why|how|where|what|this|it|you
    makes|made *2 sense
    that's|that_is|it's|it_is|this_is *2 fair|valid|reasonable|understandable|legitimate|frustrating
    that's|that_is|it's|it_is|that_sounds *1 tough|hard|difficult|annoying|painful|stressful|a_lot
    that's|that_is|it's|it_is a|an *2 concern|worry|challenge
    that's|that_is|it's|it_is *2 good|great|important|common point|question|concern|one
    fair|good|valid point|enough|question|concern
    i'd|i_would *2 the_same|that_too|worried_too|concerned_too|careful_too
    you're|you_are *1 right to|about|that
    i don't blame you
    no wonder
    is|that's|it's not|no *1 small thing|matter|one
    thanks|thank_you for being|sharing|telling|raising|saying|bringing
    thanks|thank_you for your honesty|openness
    i'm|i_am sorry to_hear|about|that|you
    sounds|seems|feels|looks like|as_if you|you're|the|that|it|it's|there|this|your|money|budget
    what i'm|i_am hearing
    if i hear|understand|heard|understood you
    many|most|other|lot_of people|customers|teams|companies|clients *1 feel|felt|worry|say|said|tell
""")
"""Explicit empathy, or saying back what was heard."""

AS_THEIRS = phrases("""
    you|you're|you've|your
    so the|it's|that's|it_is|for|on|there's
    i know|realize|recognize|understand|hear|see|get
    it's|it_is|that's|that_is a|an|about|not|the|really|quite|tight|hard|more
    especially
    when the|money|budgets
""")
"""What frames a concern as the buyer's own."""

CONTRADICTS = phrases("but|however|actually|although|though")
PITCHES = phrases("we|we're|we've|we'll|our|ours|us")

_DOES = (
    "can|could|will|would|offer~|provid~|help~|do|does|did|give~|gave|sav~|mak~|made|"
    "buil~|work~|includ~|support~|integrat~|deliver~|guarantee~|allow~|let~|cut~|reduc~|handl~|"
    "charg~|start~|run~|cover~|pay~|tak~|took|com~|replac~|"
    "show~|get~|got|keep~|went|increas~|lower~|remov~|bring~|brought|stay~"
)
CLAIM = phrases(f"""
    we *1 {_DOES}
    we *1 have|are|also|see|saw|found|use|sell
    our *2 {_DOES}|is|are|has|have
    we're|we've|we'll *
    you'll|you'd|you_will|you_can *1 {_DOES}|be|find|gain|cancel|stop|receive
    it|this|that|they|they've|which *1 {_DOES}
    the|one|every *2 {_DOES}
    it'll|that'll|that's_why|which_means|so_that|because *
    what we do
    with us|our|this *
    in short|fact|other *
""")
"""A statement, about what is sold or what it brings as a rule."""

NUMBER = phrases("""
    0~|1~|2~|3~|4~|5~|6~|7~|8~|9~
    two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen
    twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety
    hundred|thousand|million|half|third|quarter|double|twice
""")
UNIT = phrases("""
    percent|per_cent|dollar~|euro~|pound~|cent|cents|hour|hours|minute|minutes|day|days
    week|weeks|month|months|year|years|user~|seat|seats|people|customer~|companies|team|teams
    rep|reps|point|points|times|million|thousand|hundred|quarter|quarters
""")
AMOUNT = re.compile(r"\d[\d.,]*\s?[%k]|[$€£]\s?\d")
PROOF = phrases("""
    for example|instance
    case study|studies
    one|two|three|most|some|many of our *1 customer~|client~|team~|user~
    our|other|another|existing customer~|client~
    a customer|client|company|team of|like|in|who|that|similar
    customers|clients|companies|teams like
    on average
    research|study|studies|data|survey|report|results|evidence|figures|numbers show~|say~|from
    according to
    proven|certified|audited|award~|track_record|reference_customer~|reference_call~
""")
"""A customer, a study, a proof."""

PRICE = phrases("""
    pric~|cost|costs|costing|costly|expensive|cheap~|discount~|dollar~|euro~|budget~|fee|fees
    afford~|quote|quoted|invoice~|payback|roi|return_on_investment|pay|paid|paying|money|spend~
    per seat|user|license
""")

_DAY = "monday|tuesday|wednesday|thursday|friday|tomorrow|next_week|this_week|next_month"
NEXT_STEP = phrases(f"""
    next step|steps
    schedule|book|arrange|reschedule *4 call|meeting|demo|time|session|visit|slot|minutes|chat
    schedule|book|arrange|plan *3 pilot|trial|workshop|it
    set up a|an|some|another|the|time
    set a|some time
    put *3 in|on|into the|your calendar|diary
    your|my|the calendar|diary
    follow_up|follow-up|second|another|longer|proper call|meeting|conversation|chat|session
    how|what about *1 {_DAY}
    does|would|is|could|can|do|are|shall *4 {_DAY} *3 work|suit|okay|good|fine|free|available|be
    can|could|shall|should|let's *3 {_DAY}
    are_you|would_you_be *1 free|available
    when *4 meet|talk|speak|available|free|suit
    can|could|may|shall|should|would|let's|why_don't|let *3 meet|sit_down|get_together|show_you
    can|could|may|shall|should|let's|let *2 send_you|invite_you|run_a|set_up|do_a|try_a|bring_in
    can|could|may|shall|should|let's *2 start_a|start_with|jump_on|hop_on|get_on
    open|willing|happy|up|interested to|for|in *2 demo|call|meeting|pilot|trial|conversation|chat
    i'll|i_will|i_can|i_could *1 send *3 invite|invitation|proposal|agreement|contract|summary
    a|the pilot|trial|demo *2 with|next|for|on|in|starting
    move_forward|go_ahead|get_started|sign_up|kick_off
""")
"""Asking for, or offering, what happens after this call."""

_SETTLED = phrases("""
    does|did|do|would|will that|this|it|those *3 help~|answer~|make_sense|address|settle|cover|ease
    does|did|do|would|will that|this|it|those *3 clear|resolve|change|sound|work|solve|fit|feel
    does|would *4 put|set your mind
    have|did i *1 answer~|address~|cover~|clear~|explain~
    is|are that|this|it|you|we|your_concern|the_concern|that_concern *2 settled|comfortable|resolved
    is|are that|this|it|you|we *2 satisfied|answered|addressed|okay_with|ok_with|happy_with|fair
    is|are that|this|it|you|we *2 at_ease|good_on|off_the_table|on_the_same_page
    is_there|are_there|is *3 else *4 holding|worr~|concerns|concerning|way|unclear|stopping|mind
    is_there|are_there any|anything *2 still|left|open|concerns|concern|missing
    would that *1 work|help|be_enough|settle|be_okay|be_acceptable|do
    can we call|consider that|it|this
    okay|ok|comfortable|happy|good|fine|satisfied with that|this|it
    make|makes sense
""")
"""Asks for a yes: none of these confirms anything behind a question word ("what did it cost you to
settle that")."""
_LANDED = phrases("""
    how does|do|would|did that|this|it|those *1 sound|land|sit|strike|seem
    what|what's *2 missing|still_open|in_the_way
    what|what's else *4 holding|way|unclear|stopping
""")
_OPINION = re.compile(
    r"(?<![\w'])(?:how (?:does|would|did) (?:that|this|it) (?:feel|look|fit)|what do you think)"
    r"(?: (?:about|of|to|for|with) (?:that|this|it|you))?(?: so far| now)?[\s.?!,]*$"
)
"""The same words with more behind them ask for something else ("what do you think went wrong")."""
_QUESTION_WORD = re.compile(
    r"(?<![\w'])(?:what|how|why|which|who|whose|when|where)(?:'s)?(?:\s+[\w'-]+){0,2}\s+$"
)
"""At the end of what stands before a match."""


def confirms(question: str) -> bool:
    """Whether a question, lower case, asks if something is settled rather than for an account."""
    if _LANDED.search(question) or _OPINION.search(question):
        return True
    return any(
        not _QUESTION_WORD.search(question[: m.start()]) for m in _SETTLED.finditer(question)
    )


CLARIFIES = phrases("""
    what do|did you mean
    do you mean
    when you say
    is|was that|it|this *1 because|about|due|mainly|mostly|more|a_matter|a_question|the
    what makes you|that|it|this
    what|what's|anything *2 behind|driving|concern~|worr~|holding|stopping|going_on
    what|what's|anything *2 specific~|exactly
    what|what's *2 part|led|happened|went|in_particular
    say|tell|hear|share *2 more
    tell me about|what|how|why
    help me understand
    compared|compare *1 to|with what
    what would|will|does|do|did *4 need|have|take|look|change|cost|compar~|mean|involve|require
    what would|will|does|do|did *4 expect|hope|want|like|prefer
    which|what part|parts|piece|bit|aspect|number|figure|kind|sort|type
    why is|was|do|did|does|would|are that|this|it|you
    how big|important|far|much|so|long|many|often|serious|hard
    how do|did|does|are|is|would|have|was|were you|your|that|this|it|they|the
    can|could you *1 explain|describe|elaborate|expand|share|walk|tell
    walk|talk me through
""")
"""A question back at what the buyer said; only told apart inside a question."""

PERMISSION = phrases("""
    may|can|could|might i *1 ask|share|tell|explain|show|take|borrow|steal|say|suggest|offer|have
    do|would you mind
    mind if i
    is|would it|that|this|now *1 okay|ok|alright|all_right|fine if|to|for|with
    is|would it|that|this|now *1 a good|bad time
    do|would you have a|an|two|five|thirty|some|just *2 minute|minutes|second|seconds|moment|time
    got a|two|five *1 minute|minutes|second|seconds|moment
    caught|catch|catching|got you at a|an *1 time
    with your permission
    if you don't mind
    if that's|that_is okay|ok|all_right|alright
    would you be open|okay|willing to|if|with
""")
OPENER = phrases("""
    hi|hello|hey|good_morning|good_afternoon|good_evening
    my name's|name_is
    this is *2 from|with|at|calling
    i'm|i_am|it's *2 from|with|calling
    calling from|about|because|you
    reason for|i'm|i_am my|calling
    how are you
    thanks|thank_you for taking|making|your_time|picking|joining|having
    nice to meet|speak|talk
""")
RUDE = phrases("""
    shut up
    idiot|idiots|stupid|moron~|dumb|bullshit|crap|fuck~|asshole|bitch|ridiculous|pathetic|liar
    damn|screw you
    go to hell
    hell with
    are you deaf|kidding_me|blind|stupid
    what's|what_is wrong with you
    wast~ *1 my time
    you *1 don't|do_not know|have_a_clue *1 what you're talking
    don't be *1 silly|ridiculous|difficult|stupid|cheap
    get lost
    how dare you
    not my problem
""")
ARGUES = phrases("""
    you're|you_are *1 wrong|mistaken|missing_the|not_seeing|not_getting|not_listening
    that's|that_is|it's|it_is *1 not *2 true|right|correct|accurate|the_case|expensive|relevant
    that's|that_is|it's|it_is *1 not *1 a_problem|an_issue|how_it_works|a_reason|the_point
    that's|that_is|this_is *1 wrong|untrue|incorrect|false|nonsense
    that|it|this|price|cost|budget|money|timing isn't|shouldn't_be|is_not *1 true|right|expensive
    that|it|this|price|cost|budget|money|timing isn't|shouldn't_be|is_not *1 a_problem|an_issue
    that|it|price|cost|budget doesn't|shouldn't|does_not matter
    i *1 disagree|don't_agree
    i don't|do_not think that's|you're|it's
    i don't|do_not think|believe|see *6 problem|issue|concern|expensive|reason
    you don't|do_not|can't|cannot *1 understand|get_it|see_it|realize|seriously
    with *2 respect
    that's what everyone|they_all say~
    surely you
    come on
""")
ARGUING_START = re.compile(
    r"(?:(?:well|um+|uh+|oh|yeah|yes|okay|ok|sure|look|listen|i understand|i hear you|i get it)"
    r"[,\s]+)*"
    r"(?:but|actually|not really|no(?!,? (?:problem|worries|pressure|rush|wonder|doubt|of course"
    r"|that (?:makes|is fair)|i (?:understand|get|hear|see))))[\s,.!]"
)
DIRECTIVE = phrases("""
    you *1 need_to|have_to|must|ought_to|gotta|got_to|had_better|can't_afford|cannot_afford|better
    you *1 should|shouldn't|should_not
    you've got to
    you'd better|be_crazy|be_mad|be_foolish|be_stupid
    trust me
    just sign|buy|do_it|try_it|take_it
""")
NO_DIRECTIVE = phrases("""
    what|if|anything|everything|why|when|whether|how|which you *1 need_to|have_to|must|should
    do|did|would you *1 need_to|have_to
""")
"""Asks or tells about an obligation, and lays none on the buyer."""

BACKCHANNEL = re.compile(
    r"(?:(?:um+|uh+|er+|erm|ah+|hmm+|mm+|mhm|mm-hm+|uh-huh|yeah|yep|yup|yes|right|okay|ok|sure|oh|"
    r"well|so|like|i see|i mean|you know|got it|alright|all right|cool|great|and|hm)\b[\s,.!-]*)+"
)
"""Nothing but fillers and nods."""
