package io.operatorlib.internal.engine;

import io.operatorlib.internal.json.CodecException;

/** Thrown where an observed object cannot be read as its type; the message names the object and the field. */
final class UndecodableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UndecodableException(String object, CodecException why) {
        super(object + " cannot be read: " + why.getMessage(), why);
    }
}
