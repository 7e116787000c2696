"""Many jobs at once: one statement for their rows, one request for their files, where that goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from skynet_desktop.connections.base import Connection, DeletesBatches, SendsBatches, Upload
from skynet_desktop.core.errors import PathBlocked, Stopped
from skynet_desktop.engine.jobs import Job, RemoveJob, SendJob

Post = Callable[[Job, BaseException | None], None]
"""Takes a job and the error it ended with, None for none."""


def commit_together(jobs: Sequence[Job]) -> None:
    """Of one mapping, in any order: no two in flight are about the same path."""
    sends, others = _sends_apart(jobs)
    if sends:
        files = [(job.path, job.state) for job in sends]
        sends[0].mapping.index.record(files, {job.path: job.confirmed for job in sends})
    for job in others:
        job.commit()


def intend_together(jobs: Sequence[Job]) -> None:
    """The same, before they run."""
    sends, others = _sends_apart(jobs)
    if sends:
        sends[0].mapping.index.intend([(job.path, job.state) for job in sends])
    for job in others:
        job.intend()


def _sends_apart(jobs: Sequence[Job]) -> tuple[list[SendJob], list[Job]]:
    sends = [job for job in jobs if isinstance(job, SendJob)]
    return sends, [job for job in jobs if not isinstance(job, SendJob)]


def run_together(jobs: Sequence[Job], connection: Connection, post: Post) -> None:
    """Run jobs of one class in one worker, as a batch where the connection has that.

    Each job is posted as soon as its own result is known. An error of the service as a whole
    is raised and leaves the rest unposted.
    """
    sends = [job for job in jobs if isinstance(job, SendJob)]
    removes = [job for job in jobs if isinstance(job, RemoveJob)]
    if len(sends) > 1 and isinstance(connection, SendsBatches):
        _send_together(sends, connection, post)
    elif len(removes) > 1 and isinstance(connection, DeletesBatches):
        by_path = {job.mapping.mapper.remote(job.path): job for job in removes}
        for path, error in connection.delete_batch(list(by_path)):
            gone = isinstance(error, PathBlocked) and by_path[path].has_made_way(connection)
            post(by_path[path], None if gone else error)
    else:
        for job in jobs:
            try:
                if job.mapping.stopping.is_set():
                    raise Stopped("Stopped.")
                job.run(connection)
            except Exception as error:
                post(job, error)
            else:
                post(job, None)


def _send_together(jobs: Sequence[SendJob], connection: Connection, post: Post) -> None:
    assert isinstance(connection, SendsBatches)
    uploads: dict[int, tuple[SendJob, Upload]] = {}
    for job in jobs:
        try:
            if job.is_there(connection):
                post(job, None)
                continue
            upload = job.prepare(connection)
        except Exception as error:
            post(job, error)
        else:
            uploads[id(upload)] = job, upload
    for upload, failed in connection.send_batch([upload for _, upload in uploads.values()]):
        post(uploads[id(upload)][0], failed)
