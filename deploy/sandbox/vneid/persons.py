"""The persons one can be here. Some have an account on the platform from the start, the others are new to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    tech_id: str
    number: str
    name: str
    #: As the register has it: a day, a month or only a year.
    birth_date: str
    level: int

    def claims(self) -> dict[str, str]:
        """What the provider says of the person, under VNeID's names."""
        return {
            "sub": f"vneid-{self.tech_id}",
            "LoaiTaiKhoan": "1",
            "SoDinhDanh": self.number,
            "HoVaTen": self.name,
            "NgayThangNamSinh": self.birth_date,
            "TechID": self.tech_id,
            "loAs": str(self.level),
            "IAL": str(self.level),
        }


PERSONS = {
    person.tech_id: person
    for person in (
        Person("T0000000011", "001190000011", "Nguyễn Thị Hoa", "17/05/1990", 2),
        Person("T0000000022", "079085000022", "Trần Văn Nam", "1985", 2),
        Person("T0000000101", "001192000101", "Lò Thị Mai", "03/1992", 2),
        Person("T0000000102", "048078000102", "Huỳnh Văn Sáu", "1978", 2),
        Person("T0000000103", "064301000103", "H'Hen Niê", "09/11/2001", 2),
        Person("T0000000104", "092095000104", "Kim Sa Rươn", "21/02/1995", 1),
        Person("T0000000105", "002160000105", "Vàng Thị Dính", "1960", 1),
    )
}
