"""National registers to practise on, in the style of the state's data exchange (NGSP), with faults on demand.

POST    /registers/chiTietDoanhNghiep   {msdn}        a business, its state and its legal representatives
POST    /registers/thongTinGiamHo       {soDinhDanh}  a child, its parents and the decisions on its guardians
GET|PUT /registers/admin                see and set faults and entries

Every call brings the key agreed upon in the header X-API-Key.
"""

from deploy.sandbox.registers.doors import routes

__all__ = ["routes"]
