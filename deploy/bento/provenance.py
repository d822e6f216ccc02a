"""Files about the origin of a Bento: ``python -m deploy.bento.provenance BENTOFILE``.

Writes the public key of the champions and the bill of materials into the folder ``provenance``
below the working folder, which the build files include. A Bento never contains the private key.
"""

import shutil
import sys
from pathlib import Path

import yaml

from deploy.bento.bill_of_materials import bill_of_materials
from models.artifacts.manifest import ModelFolderError
from models.artifacts.signature import PUBLIC_KEY, verify_model
from models.artifacts.store import find_champion
from models.registry import FAMILIES
from training.settings import model_key

FOLDER = Path("provenance")
BILL = "bom.cdx.json"


def main(bentofile: Path) -> None:
    """Write the files. Raises ``SystemExit`` without champions, or at a wrongly signed champion."""
    try:
        found = [champion for name in FAMILIES if (champion := find_champion(name))]
        for champion in found:
            verify_model(champion.folder, model_key())
    except ModelFolderError as error:
        raise SystemExit(str(error)) from error
    if not found:
        raise SystemExit("the model store has no champion: python -m training bootstrap")
    build = yaml.safe_load(bentofile.read_text(encoding="utf-8"))
    requirements = bentofile.parent / build["python"]["requirements_txt"]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / BILL).write_text(bill_of_materials(found, requirements), encoding="utf-8")
    shutil.copyfile(model_key(), FOLDER / PUBLIC_KEY)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
