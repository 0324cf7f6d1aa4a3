package io.operatorlib.testing.apiserver;

/** What follows from a change of the store, in the server itself. Called without any lock. */
interface Aftermath {
    void stored(ServedKind kind, Stored object);

    void removed(ServedKind kind, Stored last);
}
