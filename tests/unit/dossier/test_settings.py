from datetime import timedelta

import pytest

from chassis.errors import ValidationFailed
from chassis.settings import BadSettings
from services.dossier import file_schemas
from services.dossier.settings import DossierSettings

FILE = {"name": "a.pdf", "mediaType": "application/pdf", "size": 1, "sha256": "0" * 64}


def test_without_a_store_nothing_is_swept_and_files_are_kept_a_day():
    settings = DossierSettings.from_environment({})
    assert (settings.object_store_url, settings.unused_kept) == ("", timedelta(hours=24))


def test_the_hours_are_a_setting():
    settings = DossierSettings.from_environment({"UNUSED_FILES_HOURS": "2", "OBJECT_STORE_URL": "file:///x"})
    assert (settings.object_store_url, settings.unused_kept) == ("file:///x", timedelta(hours=2))


@pytest.mark.parametrize("hours", ["0", "-1", "12.5", "1d", "100000"])
def test_hours_that_make_no_sense_are_refused_at_start(hours):
    with pytest.raises(BadSettings, match="UNUSED_FILES_HOURS"):
        DossierSettings.from_environment({"UNUSED_FILES_HOURS": hours})


@pytest.mark.parametrize("name", ["../../x", "a//b", "files/1", "feedback/2026/11/22/" + "0" * 32, "x" * 300])
def test_a_file_can_only_be_registered_under_a_name_the_edge_gives(name):
    """The sweep deletes content by this name."""
    with pytest.raises(ValidationFailed) as refused:
        file_schemas.RegisterFile.read(FILE | {"object": name})
    assert [fault.pointer for fault in refused.value.errors] == ["/object"]
