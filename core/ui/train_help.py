"""What each field of the Train page means, in the report's terms. One text a field; shown behind its "?"."""

HELP: dict[str, str] = {
    "target": "The attribute that the model learns to tell from a face. The report's is Male.",
    "learning_rate": (
        "How large a step each batch takes. Choose one, or type your own, such as 0.003 or 3e-3. In the "
        "report 0.001 was best with VGG-16 frozen, 0.00001 with fine-tuning; 0.1 was too large for both."
    ),
    "fine_tune": (
        "How much of VGG-16 is trained along with the new head. Frozen: none of it, the fastest by far. "
        "Block 5: its last three convolutions. All layers: slow, and needs a small learning rate."
    ),
    "dropout": (
        "Share of the dense layers' units that are switched off at random in each training step, so that the "
        "head does not rely on single features. 0 switches it off."
    ),
    "batch_norm": (
        "Normalises the dense layers' outputs over each batch, which keeps training steady at larger "
        "learning rates. The report added it to its final models."
    ),
    "epochs": (
        "Passes over the training images, at most: early stopping may end a run sooner. The report used 3 to "
        "find a learning rate and 10 for its final models."
    ),
    "data": "The faces to learn from. Add a folder of your own on the Dataset page.",
    "split": (
        "Which images are for training, validation and test. Official: as the data set came. By person: "
        "80/10/10, each person in one of them. Random: 80/10/10 whoever is on an image, which flatters the "
        "results."
    ),
    "limit": (
        "Use at most so many images in all; train, validation and test keep their shares. Empty: all of them."
    ),
    "image_size": (
        "Side of the square that VGG-16 sees, in pixels. The report used 224, the size VGG-16 was made for. "
        "Half of it is four times faster and loses some detail."
    ),
    "marks": (
        "Labels that somebody marked wrong on the Dataset page: learnt as they are, left out of the training "
        "images, or learnt the other way round. Validation and test keep their labels, so that runs stay "
        "comparable."
    ),
    "dense_units": (
        "Units of each fully connected ReLU layer of the head, first to last: 256, or 512, 128 for two."
    ),
    "batch_size": "Images of one training step. The report used 32.",
    "augment": (
        "Varies each training image at random: mirrored, shifted by up to 6 %, lighter or darker by up to "
        "15 %. It can help against overfitting. The frozen layers then see new images in every epoch, so "
        "their features cannot be kept: each epoch takes as long as a whole pass through VGG-16."
    ),
    "optimizer": (
        "How the weights follow the gradient, with Keras's own defaults but for the learning rate."
    ),
    "early_stopping_patience": (
        "End the run after so many epochs without a lower validation loss, as the report did. 0: never."
    ),
    "reduce_lr_factor": (
        "What the learning rate is multiplied by when the validation loss has stopped falling."
    ),
    "reduce_lr_patience": (
        "Reduce the learning rate after so many epochs without a lower validation loss. 0: never."
    ),
    "weights": (
        "Where VGG-16 starts. ImageNet: as in the report, downloaded once (59 MB). A local file: for a "
        "machine without internet. Random start: needs nothing and learns less; such runs are marked."
    ),
    "weights_file": "Convolution weights of VGG-16 without its top, as Keras 3 or an older Keras wrote them.",
    "precision": ("Arithmetic of the convolutions. Automatic measures once which is faster on this machine."),
    "seed": "Fixes split, initial weights, order and dropout: same seed, same data, same history.",
    "name": "What the run is called in lists and charts. Without one it goes by its id.",
}
