package io.operatorlib.etcd.sim;

/** The contract on the model. */
class ModelEtcdTest extends EtcdContract {
    @Override
    EtcdPlace open() {
        return new ModelPlace(1);
    }
}
