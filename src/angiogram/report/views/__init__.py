"""The page of both views of an annotation table, and the sentences that go with it."""
