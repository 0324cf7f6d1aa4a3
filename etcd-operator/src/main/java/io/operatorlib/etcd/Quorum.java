package io.operatorlib.etcd;

/**
 * The arithmetic that keeps a majority. All numbers count voters; <em>healthy</em> ones answered a read by quorum just
 * now.
 *
 * @see <a href="https://etcd.io/docs/v3.6/faq/">etcd's FAQ, on failure tolerance and on removing before adding</a>
 */
final class Quorum {
    private Quorum() {}

    /** How many voters decide. */
    static int of(int voters) {
        return voters / 2 + 1;
    }

    /**
     * Tells whether a member may be added: there is a majority even if the new one, once it votes, is down. A lone
     * voter has none to spare; a learner cannot harm it.
     */
    static boolean mayAdd(int voters, int healthy) {
        return voters == 1 ? healthy == 1 : healthy >= of(voters + 1);
    }

    /** Tells whether a learner that answers may get its vote. */
    static boolean mayPromote(int voters, int healthy) {
        return healthy + 1 >= of(voters + 1);
    }

    /**
     * Tells whether a voter that is not healthy may be removed: the others decide without it. Of two voters with one
     * down, none can be removed: etcd could not agree on it.
     */
    static boolean mayRemoveUnhealthy(int voters, int healthy) {
        return voters > 2 && healthy >= of(voters) && healthy >= of(voters - 1);
    }

    /**
     * Tells whether a healthy voter may be removed: the others decide without it, and where one of them is down, still
     * do if another one goes.
     */
    static boolean mayRemoveHealthy(int voters, int healthy) {
        int margin = healthy == voters ? 0 : 1;
        return voters > 1 && healthy - 1 >= of(voters - 1) + margin;
    }
}
