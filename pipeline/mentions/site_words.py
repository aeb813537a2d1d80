"""Words that several grammars of sites share."""

import re

# A lesion of these says nothing of spread, unless the sentence calls it metastatic.
BROAD = frozenset(
    (
        "hand foot arm leg neck lip anus head face finger toe nail nose ear tooth back limb extremity chest thorax "
        "abdomen tongue optic nerve optic disc pharynx throat knee elbow ankle wrist shoulder hip"
    ).split()
) | {"optic nerve", "optic disc"}
# What calls a lesion a spread.
CALLED = re.compile(r"\bmetasta\w*|\bsecondary\b|\bmalignan(?:t|cy)\b|\bcarcinomatosis\b|\bdisseminat\w+", re.I)
# What a lesion is, where it is none.
NOT_SPREAD = re.compile(
    r"\b(?:benign|cysts?|h(?:a|ae)mangiomas?|fibroadenoma|lipoma|fibroids?|leiomyomas?|hamartoma|goit(?:er|re)|hyperplasia|granulom\w*|abscess|pneumoni\w*|infection|fatty"
    r"|(?:erythematous|velvety|psoriatic|scal(?:y|ing)|itch(?:y|ing)|pruritic|urticarial|pigmented|hyperkeratotic)"
    r" (?:[\w-]+ )?(?:plaques?|patch(?:es)?|macules?|papules)"
    r"|osteoporo\w*|osteoarth\w*|degenerative|fibrosis|emphysema|thrombosis|tuberculo\w*)\b",
    re.I,
)
