"""Errors of the feedback service, named by outcome."""

from chassis.errors import Conflict


class DossierNotFinished(Conflict):
    """Only a finished dossier can be rated."""

    vi = "Hồ sơ chưa kết thúc nên chưa thể đánh giá."
    en = "The dossier is not finished, so it cannot be rated yet."


class DossierAlreadyRated(Conflict):
    """A dossier is rated once."""

    vi = "Hồ sơ này đã được đánh giá."
    en = "This dossier has been rated already."


class IllegalPetitionMove(Conflict):
    """Not in this state of the petition; `legal` names what may be done."""

    vi = "Phản ánh đang ở trạng thái {state}; việc có thể làm: {legal}."
    en = "The petition is {state}; what may be done: {legal}."
