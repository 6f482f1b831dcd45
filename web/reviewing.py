"""What goes on behind the pages: calls that have ended are scored, and the sample organisation is
brought in at the first start."""

import asyncio
import logging
import threading

from agents.outcome import CallOutcome
from agents.reviewer import Reviewer, ReviewQueue
from agents.sample import SampleCalls, seed_organisation
from agents.worker import Engines
from configs.fault import Fault
from configs.organisation import sample_organisation
from speech.fault import SpeechFault
from web.context import Context

logger = logging.getLogger(__name__)


class Reviewing:
    """The reviewer of one process and its queue."""

    def __init__(self, context: Context, engines: Engines) -> None:
        self._context = context
        self._reviewer = Reviewer(
            catalogue=context.catalogue,
            engines=engines,
            calls=context.calls,
            recordings=context.recordings,
        )
        self._queue = ReviewQueue(self._reviewer, context.calls)

    def start(self) -> None:
        """Before the first page: people are there to sign in, and calls that a killed process
        left are taken up; the sample calls come in and all are scored behind it. Raises Fault
        when the database cannot be written."""
        self._queue.start()
        if self._context.settings.sample.organisation:
            seed_organisation(self._context.database, sample_organisation())
            threading.Thread(target=self._bring_in_samples, name="samples", daemon=True).start()

    def _bring_in_samples(self) -> None:
        context = self._context
        samples = SampleCalls(context.calls, context.recordings, self._reviewer)
        try:
            for call_id in samples.bring_in(sample_organisation()):
                self._queue.put(call_id)
        except (Fault, SpeechFault) as fault:
            logger.warning("the sample calls could not be brought in: %s", fault.code)

    async def finish_call(self, call_id: str, outcome: CallOutcome) -> None:
        """Keep a call that has ended, with its first scorecard; the second follows by itself.
        Raises Fault, SpeechFault."""
        await asyncio.to_thread(self._reviewer.finish, call_id, outcome)
        self._queue.put(call_id)

    def stop(self) -> None:
        """A review under way is repeated at the next start."""
        self._queue.stop()
