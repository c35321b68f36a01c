CREATE TABLE tally (notes BIGINT NOT NULL);
INSERT INTO tally (notes) VALUES (1);
CREATE TRIGGER note_counted AFTER INSERT ON note BEGIN
    UPDATE tally SET notes = notes + CASE WHEN NEW.number < 0 THEN 0 ELSE 1 END;
END;
