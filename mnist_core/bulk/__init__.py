"""Reading in bulk: millions of pictures, with all cores or on a Ray cluster, stopped and resumed.

Others may import:

    job: read_many
    answers: Model
    on_ray: ADDRESS, address_of, connect, is_cluster
    parts: Progress, UNREAD

A source becomes shards (`shards`), each gives batches (`batches`), a worker answers one batch at a
time (`answers`), here (`local`) or on a cluster (`on_ray`), and the answers are written as parts
(`parts`). How a source is cut into batches depends on the source alone, and the answers are put in
their order, so that the result is the same however many workers there are.
"""
