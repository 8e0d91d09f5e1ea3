"""The queue and who serves it. Trainers are started by command line, never by import."""

from core.jobs import control
from core.jobs.estimate import Estimate, estimate
from core.jobs.foreground import train_now
from core.jobs.queue import JobQueue
from core.jobs.scheduler import Scheduler

__all__ = ["Estimate", "JobQueue", "Scheduler", "control", "estimate", "train_now"]
