-- What is known to be wrong with the bytes of a picture, so that it is found and told of once.

CREATE TABLE image_defect (
    image_id TEXT   NOT NULL PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
    defect   TEXT   NOT NULL CHECK (defect = 'missing' OR defect = 'changed' OR defect = 'undrawable'),
                                      -- its bytes are gone; are others than they were; or no thumbnail can be made of them
    found_at BIGINT NOT NULL
);
