"""Consignments: results that go home by post (QĐ 45/2016/QĐ-TTg)."""
