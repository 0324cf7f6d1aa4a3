package io.operatorlib.postgres.sim;

/** The contract on the model. */
class ModelServerTest extends ServerContract {
    @Override
    ServerPlace open() {
        return new ModelPlace();
    }
}
