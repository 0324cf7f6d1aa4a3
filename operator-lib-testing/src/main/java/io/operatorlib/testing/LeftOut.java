package io.operatorlib.testing;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Says aloud, once, at the end of all tests, what could not be tested on this machine. Use it as a registered
 * extension of the test class.
 */
public final class LeftOut implements BeforeAllCallback {
    private final Set<String> lines = new ConcurrentSkipListSet<>();

    /** Notes what is missed, and what is to be done about it. */
    public void say(String line) {
        lines.add(line);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // the store of the root is closed when all tests have run
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(LeftOut.class, this))
                .put("end", (AutoCloseable) () -> lines.forEach(line -> System.err.println("LEFT OUT: " + line)));
    }
}
