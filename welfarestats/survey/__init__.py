"""Who was asked, how they were sampled, and whom they stand for."""

from __future__ import annotations

from welfarestats.survey.codebook import Category, Codebook, Net, Question
from welfarestats.survey.survey import Survey

__all__ = ["Category", "Codebook", "Net", "Question", "Survey"]
