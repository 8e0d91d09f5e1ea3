"""What will go wrong with a data set, found in its table and in what is remembered of its files.

Pure functions: nothing is read, decoded or drawn here. `facts` is the table of `core.data.index.file_facts`
in the order of the data set's rows. `finding` is what they give, `pictures` looks at single images, `centre`
at where faces lie, `duplicates` at equal and nearly equal images (searched by `close_hashes`), `people` at
persons in more than one split; `tally` sums up.
"""

from core.data.problems.centre import off_centre
from core.data.problems.duplicates import across_splits, disagreeing, exact_duplicates, near_duplicates
from core.data.problems.finding import Finding
from core.data.problems.people import persons_across_splits
from core.data.problems.pictures import blurred, dark, odd_sized, unreadable
from core.data.problems.tally import COUNTED, Tally, tally, tally_words

__all__ = [
    "COUNTED",
    "Finding",
    "Tally",
    "across_splits",
    "blurred",
    "dark",
    "disagreeing",
    "exact_duplicates",
    "near_duplicates",
    "odd_sized",
    "off_centre",
    "persons_across_splits",
    "tally",
    "tally_words",
    "unreadable",
]
