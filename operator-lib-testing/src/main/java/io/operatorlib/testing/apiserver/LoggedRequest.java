package io.operatorlib.testing.apiserver;

/**
 * One line of the server's request log: a request that has been answered.
 *
 * @param seq counts the requests, from 1
 * @param caller the user's name
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code patch},
 *     {@code delete} or {@code deletecollection}
 * @param group the API group; empty for the core group
 * @param resource the plural, for example {@code pods}
 * @param subresource for example {@code status}; empty for none
 * @param namespace empty for none
 * @param name empty for none; for a creation, the name that was given or made
 * @param status the HTTP status code of the reply
 * @param changed whether the store was changed
 * @param fieldManager the field manager that the request names; empty for none
 */
public record LoggedRequest(
        long seq,
        String caller,
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        int status,
        boolean changed,
        String fieldManager) {
    private static final int CREATED = 201;

    /** Tells whether the verb is one that may change something. */
    public boolean mutating() {
        return switch (verb) {
            case "get", "list", "watch" -> false;
            default -> true;
        };
    }

    /** {@code plural.group}, or the bare plural in the core group. */
    public String qualifiedResource() {
        return group.isEmpty() ? resource : resource + "." + group;
    }

    /** Tells whether an object came to be by it: by a creation, or by an apply of what was not there. */
    public boolean made() {
        return changed && status == CREATED && subresource.isEmpty();
    }
}
