package io.operatorlib.postgres.story;

import io.operatorlib.postgres.PostgresOperator;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Path;
import java.util.List;

/** The program behind {@code ./quickstart postgres}. */
public final class PostgresQuickstart {
    private PostgresQuickstart() {}

    public static void main(String[] args) throws Exception {
        List<String> arguments = List.of(args);
        var teller = new Teller(System.out, arguments.contains("--live"));
        if (!Machine.runsPodsAsOthers()) {
            throw new IllegalStateException("not on this machine: see above");
        }
        var machine = Machine.with(Path.of(arguments.get(arguments.indexOf("--postgres") + 1)));
        Site.tell(machine, PostgresOperator.class, 1, teller, (stage, story, network) -> story.tell(true));
    }
}
