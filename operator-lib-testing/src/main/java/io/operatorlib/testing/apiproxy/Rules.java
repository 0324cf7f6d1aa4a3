package io.operatorlib.testing.apiproxy;

import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.apiproxy.Rule.Deed;
import io.operatorlib.testing.apiserver.Call;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The rules of one proxy, in the order in which they were given. Safe for use by many threads. */
final class Rules {
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    Rule add(Rule rule) {
        rules.removeIf(Rule::ended);
        rules.add(rule);
        return rule;
    }

    void end(ApiFault fault) {
        rules.stream()
                .filter(rule ->
                        rule.deed() instanceof Deed.Meet meet && meet.fault().equals(fault))
                .forEach(this::end);
    }

    void heal() {
        rules.forEach(this::end);
    }

    private void end(Rule rule) {
        rule.end();
        rules.remove(rule);
    }

    /** Those that a request meets which arrives. */
    List<Rule> arrived(Call call) {
        return rules.stream()
                .filter(rule -> !rule.deed().afterwards() && rule.counts(call))
                .toList();
    }

    /** What is done now that the API server has accepted a request. */
    List<Deed> accepted(Call call) {
        return rules.stream()
                .filter(rule -> rule.deed().afterwards() && rule.counts(call))
                .map(Rule::deed)
                .toList();
    }

    /**
     * The faults that a watch meets which is open.
     *
     * @param met what it met when it was opened
     */
    Stream<Met> over(Call call, List<Rule> met, int passed) {
        return rules.stream()
                .filter(rule -> rule.deed() instanceof Deed.Meet && rule.holds(call, met.contains(rule), passed))
                .map(rule -> new Met(((Deed.Meet) rule.deed()).fault(), rule.afterArrival()));
    }

    /**
     * A fault in a stream.
     *
     * @param meant whether the rule says when in the stream
     */
    record Met(ApiFault fault, boolean meant) {}
}
