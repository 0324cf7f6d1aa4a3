package io.operatorlib.quickstart;

import io.operatorlib.testing.apiproxy.ApiHarm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is done to a cluster while it changes. */
sealed interface Harm {

    /** Done to members, to what they say and hear, or to the operator itself. */
    enum Plain implements Harm {
        KILL("a member is killed"),
        STOP("a member is stopped"),
        CUT("two members are cut off"),
        MEMBERS_LATE("two members hear each other late"),
        CLIENTS_LATE("clients and a member hear each other late"),
        CLIENTS_UNHEARD("clients do not hear a member"),
        FULL("a member's disk is full"),
        CRASH("the operator is killed"),
        CRASH_BEFORE("the operator is killed before a write"),
        CRASH_AFTER("the operator is killed after a write");

        private final String words;

        Plain(String words) {
            this.words = words;
        }

        @Override
        public String words() {
            return words;
        }
    }

    /** Done to what the operator and the API server say to each other. */
    record Api(ApiHarm harm) implements Harm {
        @Override
        public String words() {
            return harm.words();
        }
    }

    String words();

    /** Tells whether it waits for the operator to write. */
    default boolean ofWrites() {
        return this == Plain.CRASH_BEFORE
                || this == Plain.CRASH_AFTER
                || (this instanceof Api api && !api.harm().ofWatches());
    }

    /** All that can be done here. */
    static List<Harm> all(boolean disksCanBeFull) {
        var all = new ArrayList<Harm>();
        Stream.of(Plain.values())
                .filter(harm -> disksCanBeFull || harm != Plain.FULL)
                .forEach(all::add);
        Stream.of(ApiHarm.values()).forEach(harm -> all.add(new Api(harm)));
        return List.copyOf(all);
    }
}
