CREATE TABLE tally (notes BIGINT NOT NULL);
INSERT INTO tally (notes) VALUES (1);
CREATE FUNCTION count_note() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE tally SET notes = notes + CASE WHEN NEW.number < 0 THEN 0 ELSE 1 END;
    RETURN NEW;
END $body$;
CREATE TRIGGER note_counted AFTER INSERT ON note FOR EACH ROW EXECUTE FUNCTION count_note();
