"""What people say about the handling: ratings (TT 01/2018/TT-VPCP) and petitions (NĐ 20/2008/NĐ-CP)."""
