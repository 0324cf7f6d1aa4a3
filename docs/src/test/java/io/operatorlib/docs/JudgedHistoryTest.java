package io.operatorlib.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.linearizability.Action;
import io.operatorlib.testing.linearizability.History;
import io.operatorlib.testing.linearizability.Linearizability;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The store of the page is a variable; the page's reader has a database. */
class JudgedHistoryTest {
    /** A store of which a client sees no more than its answers. */
    interface Store {
        void put(String value) throws TimeoutException;

        @Nullable
        String get() throws TimeoutException;
    }

    private static Store store(AtomicReference<@Nullable String> behind) {
        return new Store() {
            @Override
            public void put(String value) {
                behind.set(value);
            }

            @Override
            public @Nullable String get() {
                return behind.get();
            }
        };
    }

    // region write-down
    static void client(String name, Store store, History history) {
        for (int i = 0; i < 1_000; i++) {
            var write = new Action.Write(name + "-" + i);
            long called = history.now();
            try {
                store.put(name + "-" + i);
                history.answered(name, "x", write, called);
            } catch (TimeoutException e) {
                history.unanswered(name, "x", write, called);
            }
            long asked = history.now();
            try {
                history.answered(name, "x", new Action.Read(store.get()), asked);
            } catch (TimeoutException e) {
                // a read without an answer says nothing
            }
        }
    }
    // endregion

    // region judge
    static void judge(History history) {
        assertThat(Linearizability.violation(history.operations())).isEmpty();
    }
    // endregion

    @Test
    void whatClientsSawOfAVariableIsLinearizable() throws InterruptedException {
        var history = new History(System::nanoTime);
        var behind = new AtomicReference<@Nullable String>();
        List<Thread> clients = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            clients.add(new Thread(() -> client(name, store(behind), history)));
        }
        clients.forEach(Thread::start);
        for (Thread client : clients) {
            client.join();
        }
        assertThat(history.operations()).hasSize(6_000);
        judge(history);
    }
}
