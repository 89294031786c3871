"""The story: a council changes the supplier of its books in mid-flight, chapter by chapter, on the real stack."""
