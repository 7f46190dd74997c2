"""llama.cpp as the package `xllamacpp` carries it, through its C functions: what other scripts here hold answers against.

Structures of parameters are passed as the defaults come: their fields are not looked at, but for the first four of a context's.
"""
import ctypes as c
import glob
import os

import numpy as np


def library():
    import xllamacpp
    folder = os.path.dirname(xllamacpp.__file__)
    return c.CDLL(glob.glob(os.path.join(folder, "xllamacpp*.so"))[0])


class Parameters(c.Structure):
    _fields_ = [("words", c.c_uint32 * 128)]


class Batch(c.Structure):
    _fields_ = [("count", c.c_int32), ("token", c.POINTER(c.c_int32)), ("embd", c.c_void_p),
                ("pos", c.POINTER(c.c_int32)), ("seq_count", c.POINTER(c.c_int32)),
                ("seq", c.POINTER(c.POINTER(c.c_int32))), ("logits", c.POINTER(c.c_int8))]


class Llama:
    def __init__(self, path, context=4096, sequences=1, threads=2, batch=512, vocabulary_only=False):
        self.lib = lib = library()
        quiet = c.CFUNCTYPE(None, c.c_int, c.c_char_p, c.c_void_p)
        self.quiet = quiet(lambda *_: None)
        lib.llama_log_set(self.quiet, None)
        lib.llama_backend_init()
        for name in ["llama_model_default_params", "llama_context_default_params"]:
            getattr(lib, name).restype = Parameters
        lib.llama_model_load_from_file.restype = c.c_void_p
        lib.llama_model_load_from_file.argtypes = [c.c_char_p, Parameters]
        lib.llama_model_get_vocab.restype = c.c_void_p
        lib.llama_model_get_vocab.argtypes = [c.c_void_p]
        lib.llama_vocab_n_tokens.argtypes = [c.c_void_p]
        lib.llama_tokenize.argtypes = [c.c_void_p, c.c_char_p, c.c_int32, c.POINTER(c.c_int32), c.c_int32, c.c_bool, c.c_bool]
        self.model = lib.llama_model_load_from_file(os.fsencode(path), lib.llama_model_default_params())
        assert self.model, path
        self.vocab = lib.llama_model_get_vocab(self.model)
        self.size = lib.llama_vocab_n_tokens(self.vocab)
        if vocabulary_only:
            return
        lib.llama_init_from_model.restype = c.c_void_p
        lib.llama_init_from_model.argtypes = [c.c_void_p, Parameters]
        lib.llama_set_n_threads.argtypes = [c.c_void_p, c.c_int32, c.c_int32]
        lib.llama_batch_init.restype = Batch
        lib.llama_decode.argtypes = [c.c_void_p, Batch]
        lib.llama_get_logits_ith.restype = c.POINTER(c.c_float)
        lib.llama_get_logits_ith.argtypes = [c.c_void_p, c.c_int32]
        lib.llama_get_memory.restype = c.c_void_p
        lib.llama_get_memory.argtypes = [c.c_void_p]
        lib.llama_memory_clear.argtypes = [c.c_void_p, c.c_bool]
        lib.llama_memory_seq_cp.argtypes = [c.c_void_p] + [c.c_int32] * 4
        lib.llama_memory_seq_rm.argtypes = [c.c_void_p] + [c.c_int32] * 3
        parameters = lib.llama_context_default_params()
        parameters.words[0:4] = [context, batch, batch, sequences]
        self.context = lib.llama_init_from_model(self.model, parameters)
        assert self.context
        lib.llama_set_n_threads(self.context, threads, threads)
        self.batch = lib.llama_batch_init(max(batch, 512), 0, 1)

    def tokenize(self, text, specials=True):
        data = text.encode()
        room = (c.c_int32 * (len(data) + 16))()
        count = self.lib.llama_tokenize(self.vocab, data, len(data), room, len(room), False, specials)
        assert count >= 0
        return room[:count]

    def clear(self):
        self.lib.llama_memory_clear(self.lib.llama_get_memory(self.context), True)

    def decode(self, rows):
        """Runs (token, position, sequence, wants logits)."""
        for place, (token, position, sequence, wanted) in enumerate(rows):
            self.batch.token[place], self.batch.pos[place] = token, position
            self.batch.seq_count[place], self.batch.seq[place][0] = 1, sequence
            self.batch.logits[place] = wanted
        self.batch.count = len(rows)
        status = self.lib.llama_decode(self.context, self.batch)
        assert status == 0, status

    def logits(self, place=-1):
        return np.ctypeslib.as_array(self.lib.llama_get_logits_ith(self.context, place), (self.size,))
