"""The operations of the feedback service."""

from chassis.api import AGENCY, ANY, ANYONE, OPEN, OWN, Operation, kinds, may
from chassis.schemas import Page, PageQuery
from services.feedback import events, schemas

PEOPLE = kinds("citizen", "business")
OWNERS = may(citizen=OWN, business=OWN)

RATE_DOSSIER = Operation(
    "rate_dossier",
    "POST",
    "/ratings",
    takes=schemas.RateDossier,
    acting=True,
    gives=schemas.RatingView,
    allow=OWNERS,
    status=201,
    summary=("Đánh giá việc giải quyết hồ sơ", "Rate the handling of a finished dossier"),
)
FIND_RATINGS = Operation(
    "find_ratings",
    "GET",
    "/ratings",
    takes=schemas.FindRatings,
    acting=True,
    gives=Page.of(schemas.RatingView),
    allow=may(citizen=OWN, business=OWN, desk=AGENCY, specialist=AGENCY, leader=AGENCY),
    summary=("Xem các đánh giá", "Find ratings"),
)
GET_SATISFACTION = Operation(
    "get_satisfaction",
    "GET",
    "/agencies/{code}/satisfaction",
    takes=schemas.GetSatisfaction,
    gives=schemas.SatisfactionView,
    allow=ANYONE,
    cache="public, max-age=60",
    summary=("Mức độ hài lòng đối với cơ quan", "Satisfaction with an agency"),
)
FILE_PETITION = Operation(
    "file_petition",
    "POST",
    "/petitions",
    takes=schemas.FilePetition,
    acting=True,
    gives=schemas.PetitionView,
    allow=PEOPLE,
    status=201,
    location="/petitions/{reference}",
    summary=("Gửi phản ánh, kiến nghị", "File a petition"),
)
MY_PETITIONS = Operation(
    "my_petitions",
    "GET",
    "/petitions",
    takes=PageQuery,
    acting=True,
    gives=Page.of(schemas.PetitionView),
    allow=OWNERS,
    summary=("Phản ánh, kiến nghị của tôi", "My petitions"),
)
GET_PETITION = Operation(
    "get_petition",
    "GET",
    "/petitions/{reference}",
    takes=schemas.ReadPetition,
    acting=True,
    gives=schemas.PetitionView,
    allow=may(
        anonymous=OPEN,
        citizen=OWN,
        business=OWN,
        desk=AGENCY,
        specialist=AGENCY,
        leader=AGENCY,
        receiver=ANY,
        inspector=ANY,
    ),
    records=events.PersonalDataRead,
    summary=("Theo dõi phản ánh, kiến nghị", "Follow a petition"),
)
DESK_PETITIONS = Operation(
    "desk_petitions",
    "GET",
    "/desk/petitions",
    takes=schemas.FindDeskPetitions,
    gives=Page.of(schemas.PetitionView),
    allow=may(desk=AGENCY, specialist=AGENCY, leader=AGENCY, receiver=ANY, inspector=ANY),
    records=events.PersonalDataRead,
    summary=("Phản ánh, kiến nghị cần xử lý", "Petitions for an official"),
)
TRANSFER_PETITION = Operation(
    "transfer_petition",
    "POST",
    "/petitions/{reference}/transfer",
    takes=schemas.TransferPetition,
    gives=schemas.PetitionView,
    allow=may(receiver=ANY),
    records=events.PersonalDataRead,
    summary=("Chuyển phản ánh đến cơ quan xử lý", "Hand a petition to the agency concerned"),
)
ANSWER_PETITION = Operation(
    "answer_petition",
    "POST",
    "/petitions/{reference}/answer",
    takes=schemas.AnswerPetition,
    gives=schemas.PetitionView,
    allow=may(desk=AGENCY, specialist=AGENCY, leader=AGENCY),
    records=events.PersonalDataRead,
    summary=("Trả lời phản ánh, kiến nghị", "Answer a petition"),
)
REJECT_PETITION = Operation(
    "reject_petition",
    "POST",
    "/petitions/{reference}/rejection",
    takes=schemas.RejectPetition,
    gives=schemas.PetitionView,
    allow=may(receiver=ANY),
    records=events.PersonalDataRead,
    summary=("Không tiếp nhận phản ánh, kiến nghị", "Reject a petition with its reason"),
)
OPERATIONS = (
    RATE_DOSSIER,
    FIND_RATINGS,
    GET_SATISFACTION,
    FILE_PETITION,
    MY_PETITIONS,
    GET_PETITION,
    DESK_PETITIONS,
    TRANSFER_PETITION,
    ANSWER_PETITION,
    REJECT_PETITION,
)
