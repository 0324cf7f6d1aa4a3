package io.operatorlib.testing.apiserver;

import java.util.List;
import java.util.stream.Stream;

/**
 * Who sends a request, as authentication has found out.
 *
 * @param name the user's name, for example {@code system:serviceaccount:default:operator}
 * @param groups the user's groups
 */
public record Caller(String name, List<String> groups) {

    /** The group to which everything is allowed. */
    public static final String MASTERS = "system:masters";

    static final String AUTHENTICATED = "system:authenticated";
    static final String UNAUTHENTICATED = "system:unauthenticated";

    /** The group of all service accounts. */
    static final String SERVICE_ACCOUNTS = "system:serviceaccounts";

    static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    /** May do everything. */
    public static final Caller ADMIN = new Caller("kubernetes-admin", List.of(MASTERS, AUTHENTICATED));

    /** A request without credentials. */
    public static final Caller ANONYMOUS = new Caller("system:anonymous", List.of(UNAUTHENTICATED));

    public Caller {
        groups = List.copyOf(groups);
    }

    /** An authenticated user. */
    public static Caller user(String name, String... groups) {
        return new Caller(
                name, Stream.concat(Stream.of(groups), Stream.of(AUTHENTICATED)).toList());
    }

    /** A service account, with the groups that Kubernetes gives it. */
    public static Caller serviceAccount(String namespace, String name) {
        return user(SERVICE_ACCOUNT + namespace + ":" + name, SERVICE_ACCOUNTS, "system:serviceaccounts:" + namespace);
    }
}
