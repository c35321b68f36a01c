-- Shots are compared by faces too. What was measured before stays as it is.

ALTER TABLE album_shot ADD COLUMN face_consistency DOUBLE PRECISION; -- likeness to the anchor's face from 0 to 1; null: not measured, or one of the two has none
